/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "support/scripted-server.h"
#include "wsman/client/wsm-client.h"

G_BEGIN_DECLS

/* What the tests of the client ask, and what a good host answers to it. */
typedef enum
{
  ASK_IDENTIFY,
  ASK_GET,
  ASK_INVOKE,
} Asking;

#define N_ASKINGS 3

#define LEG    "nothing with authorization\n"
#define SEALED "sealed\n"
#define SIGN_IN                                                                                    \
  {                                                                                                \
    .kind = SCRIPT_SIGN_IN                                                                         \
  }
#define SEALED_ANSWER(text)                                                                        \
  {                                                                                                \
    .body = text, .seal = SCRIPTED_SEAL_TAB                                                        \
  }

#define N        "http://schemas.curfew.org/wsman/1/WindowsShutdown"
#define SOAP     "http://www.w3.org/2003/05/soap-envelope"
#define IDENTITY "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define ENVELOPE(headers, body)                                                                    \
  "<s:Envelope xmlns:s=\"" SOAP "\" "                                                              \
  "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\"><s:Header>" headers                \
  "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define RELATED(action)                                                                            \
  "<a:Action>" action "</a:Action><a:MessageID>uuid:7</a:MessageID>"                               \
  "<a:RelatesTo>@ID@</a:RelatesTo>"
#define OUTPUT                                                                                     \
  "<n:WsdrInitiateShutdown_OUTPUT xmlns:n=\"" N "\"><n:ReturnValue>0</n:ReturnValue>"              \
  "</n:WsdrInitiateShutdown_OUTPUT>"
#define STATUS "<n:WindowsShutdown xmlns:n=\"" N "\"><n:State>Idle</n:State></n:WindowsShutdown>"

#define GOOD_IDENTIFY                                                                              \
  ENVELOPE ("", "<i:IdentifyResponse xmlns:i=\"" IDENTITY "\"><i:ProtocolVersion>"                 \
                "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</i:ProtocolVersion>"               \
                "<i:ProductVendor>Owls</i:ProductVendor><i:ProductVersion>1</i:ProductVersion>"    \
                "</i:IdentifyResponse>")
#define GOOD_GET                                                                                   \
  ENVELOPE (RELATED ("http://schemas.xmlsoap.org/ws/2004/09/transfer/GetResponse"), STATUS)
#define GOOD_INVOKE ENVELOPE (RELATED (N "/WsdrInitiateShutdownResponse"), OUTPUT)
#define FAULT(headers, reason)                                                                     \
  ENVELOPE (headers "<a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action>",       \
            "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:w="             \
            "\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">w:AccessDenied</s:Value>"          \
            "</s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en\">" reason                       \
            "</s:Text></s:Reason>"                                                                 \
            "<s:Detail><f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/"         \
            "wsmanfault\" Code=\"5\" Machine=\"pc7\"><f:Message>" reason "</f:Message>"            \
            "</f:WSManFault></s:Detail></s:Fault>")

extern const char *const good_answers[N_ASKINGS];

WsmClient *new_client (ScriptedServer *server, const char *host, const WsmClientOptions *options);
WsmClient *new_plain_client (ScriptedServer *server);
WsmTrust *new_any_trust (void);
WsmCredential *new_basic (const char *user, const char *password);

/* With the realm of with-realm.py: a ticket, or a user with the password that all have there. */
void prepare_realm (void);
WsmCredential *new_ticket (WsmAuthMethod method);
WsmCredential *new_user (WsmAuthMethod method, const char *user, gboolean may_use_ntlm);
WsmClient *new_signing_client (ScriptedServer *server, const char *host, WsmCredential *credential);

void ask_start (WsmClient *client, Asking asking, GCancellable *cancellable, GAsyncResult **result);
gboolean ask_end (WsmClient *client, Asking asking, GAsyncResult **result, GError **error);
gboolean ask (WsmClient *client, Asking asking, GError **error);
void ask_well (WsmClient *client, Asking asking);

G_END_DECLS
