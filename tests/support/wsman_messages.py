# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test sends to curfew-agent, written by itself and not by Curfew's own client."""

import uuid

N = "http://schemas.curfew.org/wsman/1/WindowsShutdown"
C = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"

ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">
 <s:Header><a:To>http://host/wsman</a:To>
  <w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>
  <a:ReplyTo><a:Address s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
  <a:Action s:mustUnderstand="true">{action}</a:Action>
  <w:MaxEnvelopeSize s:mustUnderstand="true">153600</w:MaxEnvelopeSize>
  <a:MessageID>uuid:{id}</a:MessageID>
  <w:Locale xml:lang="en-US" s:mustUnderstand="false"/>
  <w:OperationTimeout>PT20S</w:OperationTimeout></s:Header>
 <s:Body>{body}</s:Body></s:Envelope>"""


def envelope(uri, action, body=""):
    return ENVELOPE.format(uri=uri, action=action, id=str(uuid.uuid4()).upper(), body=body)


def invocation(uri, method, values):
    fields = "".join(f"<p:{name}>{value}</p:{name}>" for name, value in values)
    return envelope(uri, f"{uri}/{method}",
                    f'<p:{method}_INPUT xmlns:p="{uri}">{fields}</p:{method}_INPUT>')


def initiation(flags, grace=60, message="x", code=None, postponing=None):
    values = [("lpMessage", message), ("dwGracePeriod", grace), ("dwShutdownFlags", flags),
              ("dwReason", 0x80020012)]
    if code is not None:
        values.append(("RequestCode", code))
    if postponing is not None:
        values += [("PostponeLimit", postponing[0]), ("PostponeSeconds", postponing[1])]
    return invocation(N, "WsdrInitiateShutdown", values)


def abortion():
    return invocation(N, "WsdrAbortShutdown", [])
