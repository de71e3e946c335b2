/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a scripted host answers: envelopes as bodies of a Script. */

#define N    "http://schemas.curfew.org/wsman/1/WindowsShutdown"
#define C    "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
#define SOAP "http://www.w3.org/2003/05/soap-envelope"

#define ENVELOPE(action, body)                                                                     \
  "<s:Envelope xmlns:s=\"" SOAP "\" "                                                              \
  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header>"                        \
  "<a:Action>" action "</a:Action><a:MessageID>uuid:7</a:MessageID>"                               \
  "<a:RelatesTo>@ID@</a:RelatesTo></s:Header><s:Body>" body "</s:Body></s:Envelope>"

#define GET_RESPONSE(body)                                                                         \
  ENVELOPE ("http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse", body)

#define NATIVE_STATUS(values)                                                                      \
  GET_RESPONSE ("<n:WindowsShutdown xmlns:n=\"" N "\">" values "</n:WindowsShutdown>")
#define WINDOWS_STATUS(booted)                                                                     \
  GET_RESPONSE ("<n:Win32_OperatingSystem xmlns:n=\"" C "\"><n:Caption>Owl OS</n:Caption>"         \
                "<n:LastBootUpTime>" booted "</n:LastBootUpTime></n:Win32_OperatingSystem>")

#define RETURNS(uri, method, code)                                                                 \
  ENVELOPE (uri "/" method "Response",                                                             \
            "<n:" method "_OUTPUT xmlns:n=\"" uri "\"><n:ReturnValue>" code                        \
            "</n:ReturnValue></n:" method "_OUTPUT>")
#define NATIVE_RETURNS(code)  RETURNS (N, "WsdrInitiateShutdown", code)
#define WINDOWS_RETURNS(code) RETURNS (C, "Win32ShutdownTracker", code)
#define ABORT_RETURNS(code)   RETURNS (N, "WsdrAbortShutdown", code)

#define FAULT_HEAD                                                                                 \
  "HTTP/1.1 500 \r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"                          \
  "Content-Length: @LENGTH@\r\n\r\n"
#define FAULT(subcode, detail)                                                                     \
  ENVELOPE ("http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",                              \
            "<s:Fault xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Code>"         \
            "<s:Value>s:Sender</s:Value><s:Subcode><s:Value>" subcode "</s:Value></s:Subcode>"     \
            "</s:Code><s:Reason><s:Text xml:lang=\"en\">No owls here.</s:Text></s:Reason>"         \
            "<s:Detail>" detail "</s:Detail></s:Fault>")
#define UNREACHABLE FAULT ("a:DestinationUnreachable", "")
#define NO_RESOURCE                                                                                \
  FAULT ("a:DestinationUnreachable",                                                               \
         "<w:FaultDetail>http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"                  \
         "InvalidResourceURI</w:FaultDetail>")
#define DENIED FAULT ("w:AccessDenied", "")
