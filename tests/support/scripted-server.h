/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "scripted-gss.h"

G_BEGIN_DECLS

/**
 * ScriptKind:
 * @SCRIPT_ANSWER: read a request, write @head and @body
 * @SCRIPT_CUT_AT_ACCEPT: hang up without reading
 * @SCRIPT_CUT_REQUEST: hang up after @n_octets of the request
 * @SCRIPT_HANG: read a request, never answer
 * @SCRIPT_DEAF: accept, never read: TLS never gets anywhere
 * @SCRIPT_GREETING: write @head before anything is read, as other protocols do
 * @SCRIPT_DRIP: read a request, answer with header fields, one each few milliseconds, for ever
 * @SCRIPT_FLOOD: read a request, write @head and then octets for ever
 * @SCRIPT_SIGN_IN: answer the legs of a sign-in by GSS-API until it is over, one way or the other;
 * see scripted_gss_prepare()
 *
 * What a server does in one turn.
 */
typedef enum
{
  SCRIPT_ANSWER,
  SCRIPT_CUT_AT_ACCEPT,
  SCRIPT_CUT_REQUEST,
  SCRIPT_HANG,
  SCRIPT_DEAF,
  SCRIPT_GREETING,
  SCRIPT_DRIP,
  SCRIPT_FLOOD,
  SCRIPT_SIGN_IN,
} ScriptKind;

/**
 * Script:
 * @kind: what to do
 * @head: (nullable): status line and header fields with the blank line; `@LENGTH@` in it becomes
 * the length of the body, `@TOKEN@` what GSS-API answers to the token of the request; %NULL for a
 * good one
 * @body: (nullable): what follows; `@ID@` in it becomes the MessageID of the request
 * @body_length: of a @body with NULs in it; 0 for a text
 * @n_octets: after how many octets to hang up; of a %SCRIPT_ANSWER 0 means to write all
 * @closes: hang up after the answer
 * @seal: how to seal @body, on a connection that is signed in
 * @spoil: (nullable): what to do to the body last of all
 * @spoil_at: for @spoil
 */
typedef struct
{
  ScriptKind kind;
  const char *head;
  const char *body;
  gsize body_length;
  gsize n_octets;
  gboolean closes;
  ScriptedSeal seal;
  void (*spoil) (GString *body, gsize at);
  gsize spoil_at;
} Script;

/**
 * ScriptedServer:
 *
 * A server that does what it is told and nothing else, in threads of its own: turn by turn over all
 * connections, the last script for ever. Speaks HTTP only as far as to find the end of a request.
 */
typedef struct _ScriptedServer ScriptedServer;

ScriptedServer *scripted_server_new (GTlsCertificate *certificate, const Script *scripts,
                                     gsize n_scripts);
void scripted_server_free (ScriptedServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptedServer, scripted_server_free)

void scripted_server_set_turns_of_connections (ScriptedServer *self);
guint16 scripted_server_get_port (ScriptedServer *self);
guint scripted_server_get_n_connections (ScriptedServer *self);
guint scripted_server_get_n_requests (ScriptedServer *self);
gsize scripted_server_get_n_octets (ScriptedServer *self);
char *scripted_server_dup_requests (ScriptedServer *self);
char *scripted_server_dup_log (ScriptedServer *self);
char *scripted_server_dup_ids (ScriptedServer *self);
void scripted_server_wait_closed (ScriptedServer *self, guint n_connections);

GTlsCertificate *test_certificate_load (const char *name);
char *test_certificate_path (const char *name);

G_END_DECLS
