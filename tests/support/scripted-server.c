/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scripted-server.h"

#include <string.h>

#define GOOD_HEAD                                                                                  \
  "HTTP/1.1 200 \r\nServer: Microsoft-HTTPAPI/2.0\r\n"                                             \
  "Content-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: @LENGTH@\r\n\r\n"
#define SEALED_HEAD                                                                                \
  "HTTP/1.1 200 \r\nServer: Microsoft-HTTPAPI/2.0\r\n"                                             \
  "Content-Type: multipart/encrypted;protocol=\"application/HTTP-@WORD@-session-encrypted\";"      \
  "boundary=\"Encrypted Boundary\"\r\nContent-Length: @LENGTH@\r\n\r\n"
#define DRIP_USEC 2000
#define BACKLOG   1024

struct _ScriptedServer
{
  GSocketService *service; /* (owned) */
  GCancellable *closing;   /* (owned) */
  GMainContext *context;   /* (owned): where connections are accepted */
  guint16 port;
  GTlsCertificate *certificate; /* (owned) (nullable) */
  const Script *scripts;
  gsize n_scripts;
  gboolean has_turns_of_connections;

  GMutex lock; /* guards what follows */
  GCond changed;
  guint n_running;
  guint n_connections;
  guint n_closed;
  guint n_requests;
  gsize turn;
  GString *requests; /* (owned): all that came, decrypted */
  GString *log;      /* (owned): see scripted_server_dup_log() */
  GString *ids;      /* (owned): see scripted_server_dup_ids() */
};

/* One connection, in its thread. */
typedef struct
{
  ScriptedServer *server;
  GIOStream *stream;
  GString *received; /* of the present request */
  guint number;      /* 1 is the first connection */
  gsize turn;
  ScriptedGss *gss; /* (owned) */
} Visit;

static const Script *
peek_turn (Visit *visit)
{
  ScriptedServer *self = visit->server;
  const Script *script;

  g_mutex_lock (&self->lock);
  script = &self->scripts[MIN (self->has_turns_of_connections ? visit->turn : self->turn,
                               self->n_scripts - 1)];
  g_mutex_unlock (&self->lock);

  return script;
}

static void
end_turn (Visit *visit)
{
  g_mutex_lock (&visit->server->lock);
  visit->server->turn++;
  visit->turn++;
  g_mutex_unlock (&visit->server->lock);
}

/* Reads until @wanted octets of the request are there; FALSE if the other end hung up. */
static gboolean
read_until (Visit *visit, gsize wanted)
{
  while (visit->received->len < wanted)
    {
      char buffer[4096];
      gssize n_read = g_input_stream_read (g_io_stream_get_input_stream (visit->stream), buffer,
                                           MIN (sizeof buffer, wanted - visit->received->len),
                                           visit->server->closing, NULL);

      if (n_read <= 0)
        return FALSE;

      g_string_append_len (visit->received, buffer, n_read);
      g_mutex_lock (&visit->server->lock);
      g_string_append_len (visit->server->requests, buffer, n_read);
      g_mutex_unlock (&visit->server->lock);
    }

  return TRUE;
}

/* The value of a header of the present request; NULL if it has none. */
static char *
dup_field (Visit *visit, const char *name)
{
  g_autofree char *start = g_strdup_printf ("\r\n%s: ", name);
  const char *field = strstr (visit->received->str, start);
  const char *end;

  if (field == NULL)
    return NULL;

  field += strlen (start);
  end = strstr (field, "\r\n");
  return g_strndup (field, (gsize) (end - field));
}

/* The present request as plain text in @plain, if there is a body to unseal. */
static void
note_request (Visit *visit, gsize head, char **plain)
{
  g_autofree char *type = dup_field (visit, "Content-Type");
  g_autofree char *authorization = dup_field (visit, "Authorization");
  gsize length = visit->received->len - head;
  const char *what = "nothing";

  *plain = NULL;
  if (type != NULL && g_str_has_prefix (type, "multipart/encrypted"))
    {
      *plain = scripted_gss_unseal (visit->gss, visit->received->str + head, length);
      what = *plain != NULL ? "sealed" : "broken";
    }
  else if (length > 0)
    what = "plain";

  g_mutex_lock (&visit->server->lock);
  visit->server->n_requests++;
  g_string_append_printf (visit->server->log, "%u %s%s\n", visit->number, what,
                          authorization != NULL ? " with authorization" : "");
  g_mutex_unlock (&visit->server->lock);
}

static char *
dup_message_id (const char *request)
{
  const char *start = strstr (request, ":MessageID>");
  const char *end;

  if (start == NULL)
    return g_strdup ("");

  start += strlen (":MessageID>");
  end = strchr (start, '<');

  return end != NULL ? g_strndup (start, (gsize) (end - start)) : g_strdup ("");
}

static void
note_id (Visit *visit)
{
  g_autofree char *id = dup_message_id (visit->received->str);

  if (*id == '\0')
    return;

  g_mutex_lock (&visit->server->lock);
  g_string_append_printf (visit->server->ids, "%s\n", id);
  g_mutex_unlock (&visit->server->lock);
}

static gboolean
read_request (Visit *visit)
{
  const char *end;
  g_autofree char *plain = NULL;
  g_autofree char *length = NULL;
  gsize head;

  g_string_truncate (visit->received, 0);
  while ((end = strstr (visit->received->str, "\r\n\r\n")) == NULL)
    {
      if (!read_until (visit, visit->received->len + 1))
        return FALSE;
    }

  head = (gsize) (end - visit->received->str) + 4;
  length = dup_field (visit, "Content-Length");
  if (length != NULL && !read_until (visit, head + (gsize) g_ascii_strtoull (length, NULL, 10)))
    return FALSE;

  note_request (visit, head, &plain);
  if (plain != NULL)
    {
      g_string_truncate (visit->received, head);
      g_string_append (visit->received, plain);
    }
  note_id (visit);

  return TRUE;
}

static void
log_fact (Visit *visit, const char *fact)
{
  g_mutex_lock (&visit->server->lock);
  g_string_append_printf (visit->server->log, "%u %s\n", visit->number, fact);
  g_mutex_unlock (&visit->server->lock);
}

/* What GSS-API answers to the token of the present request; empty if there is nothing. */
static char *
accept_token (Visit *visit, ScriptedGssState *state)
{
  g_autofree char *authorization = dup_field (visit, "Authorization");
  char *token = NULL;

  *state = SCRIPTED_GSS_FAILED;
  if (authorization != NULL)
    *state = scripted_gss_accept (visit->gss, authorization, &token);
  if (*state == SCRIPTED_GSS_COMPLETE && scripted_gss_is_bound (visit->gss))
    log_fact (visit, "bound");

  return token != NULL ? token : g_strdup ("");
}

static GString *
compose_body (Visit *visit, const Script *script)
{
  GString *body = g_string_new (NULL);
  g_autofree char *id = dup_message_id (visit->received->str);

  if (script->body_length > 0)
    g_string_append_len (body, script->body, (gssize) script->body_length);
  else if (script->body != NULL)
    {
      g_string_append (body, script->body);
      g_string_replace (body, "@ID@", id, 0);
    }

  if (script->seal != SCRIPTED_SEAL_NONE)
    {
      GString *sealed = scripted_gss_seal (visit->gss, body->str, body->len, script->seal);

      g_string_free (body, TRUE);
      body = sealed;
    }
  if (script->spoil != NULL)
    script->spoil (body, script->spoil_at);

  return body;
}

static GString *
compose (Visit *visit, const Script *script)
{
  const char *good = script->seal != SCRIPTED_SEAL_NONE ? SEALED_HEAD : GOOD_HEAD;
  GString *answer = g_string_new (script->head != NULL ? script->head : good);
  GString *body = compose_body (visit, script);
  g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, body->len);

  if (strstr (answer->str, "@TOKEN@") != NULL)
    {
      ScriptedGssState state;
      g_autofree char *token = accept_token (visit, &state);

      g_string_replace (answer, "@TOKEN@", token, 0);
    }
  g_string_replace (
    answer, "@WORD@",
    g_strcmp0 (scripted_gss_get_scheme (visit->gss), "Kerberos") == 0 ? "Kerberos" : "SPNEGO", 0);
  g_string_replace (answer, "@LENGTH@", length, 0);
  g_string_append_len (answer, body->str, (gssize) body->len);
  g_string_free (body, TRUE);

  return answer;
}

static gboolean
write_octets (Visit *visit, const char *octets, gsize length)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (visit->stream), octets, length,
                                    NULL, visit->server->closing, NULL);
}

/* Reads, and throws away, until the other end hangs up or the server is freed. */
static void
wait_for_end (Visit *visit)
{
  char buffer[256];

  while (g_input_stream_read (g_io_stream_get_input_stream (visit->stream), buffer, sizeof buffer,
                              visit->server->closing, NULL) > 0)
    continue;
}

static gboolean
answer (Visit *visit, const Script *script)
{
  GString *text = compose (visit, script);
  gsize length = script->n_octets > 0 ? MIN (script->n_octets, text->len) : text->len;
  gboolean goes_on = write_octets (visit, text->str, length) && !script->closes &&
                     script->n_octets == 0;

  g_string_free (text, TRUE);
  return goes_on;
}

static void
drip (Visit *visit)
{
  gboolean is_open = write_octets (visit, "HTTP/1.1 200 \r\n", 15);

  while (is_open)
    {
      g_usleep (DRIP_USEC);
      is_open = write_octets (visit, "X: y\r\n", 6);
    }
}

static void
flood (Visit *visit, const Script *script)
{
  g_autofree char *octets = g_strnfill (65536, 'x');
  GString *head = compose (visit, script);
  gboolean is_open = write_octets (visit, head->str, head->len);

  while (is_open)
    is_open = write_octets (visit, octets, 65536);
  g_string_free (head, TRUE);
}

/* Leg by leg, beginning with the one that was read; returns whether somebody is signed in. */
static gboolean
sign_in (Visit *visit)
{
  ScriptedGssState state = SCRIPTED_GSS_GOES_ON;

  do
    {
      g_autofree char *token = accept_token (visit, &state);
      const char *scheme = scripted_gss_get_scheme (visit->gss);
      g_autofree char *answer = NULL;

      answer = g_strdup_printf ("HTTP/1.1 %s \r\nWWW-Authenticate: %s%s%s\r\n"
                                "Content-Length: 0\r\n\r\n",
                                state == SCRIPTED_GSS_COMPLETE ? "200" : "401",
                                scheme != NULL ? scheme : "Negotiate", *token != '\0' ? " " : "",
                                token);
      if (!write_octets (visit, answer, strlen (answer)))
        return FALSE;
    }
  while (state == SCRIPTED_GSS_GOES_ON && read_request (visit));

  return state == SCRIPTED_GSS_COMPLETE;
}

/* Returns whether the connection goes on. */
static gboolean
take_turn (Visit *visit)
{
  const Script *script = peek_turn (visit);

  if (script->kind == SCRIPT_CUT_REQUEST)
    {
      g_string_truncate (visit->received, 0);
      if (read_until (visit, script->n_octets))
        end_turn (visit);
      return FALSE;
    }
  if (!read_request (visit))
    return FALSE;

  end_turn (visit);
  switch (script->kind)
    {
    case SCRIPT_ANSWER:
      return answer (visit, script);
    case SCRIPT_DRIP:
      drip (visit);
      return FALSE;
    case SCRIPT_FLOOD:
      flood (visit, script);
      return FALSE;
    case SCRIPT_SIGN_IN:
      return sign_in (visit) && !script->closes;
    case SCRIPT_HANG:
      wait_for_end (visit);
      return FALSE;
    case SCRIPT_CUT_AT_ACCEPT:
    case SCRIPT_CUT_REQUEST:
    case SCRIPT_DEAF:
    case SCRIPT_GREETING:
    default:
      return FALSE;
    }
}

/* What can be done before anything is read; returns whether that was all. */
static gboolean
greet (Visit *visit, const Script *script)
{
  switch (script->kind)
    {
    case SCRIPT_CUT_AT_ACCEPT:
      end_turn (visit);
      return TRUE;
    case SCRIPT_DEAF:
      end_turn (visit);
      wait_for_end (visit);
      return TRUE;
    case SCRIPT_GREETING:
      end_turn (visit);
      write_octets (visit, script->head, strlen (script->head));
      wait_for_end (visit);
      return TRUE;
    case SCRIPT_ANSWER:
    case SCRIPT_CUT_REQUEST:
    case SCRIPT_HANG:
    case SCRIPT_DRIP:
    case SCRIPT_FLOOD:
    case SCRIPT_SIGN_IN:
    default:
      return FALSE;
    }
}

static ScriptedGss *
new_gss (GIOStream *stream)
{
  GByteArray *hash = g_byte_array_new ();
  g_autoptr (GBytes) binding = NULL;

  if (G_IS_TLS_CONNECTION (stream) &&
      g_tls_connection_get_channel_binding_data (
        G_TLS_CONNECTION (stream), G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT, hash, NULL))
    binding = g_bytes_new (hash->data, hash->len);
  g_byte_array_unref (hash);

  return scripted_gss_new (binding);
}

static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate,
                       GTlsCertificateFlags flags, gpointer user_data)
{
  return TRUE;
}

static void
serve (ScriptedServer *self, GSocketConnection *connection, guint number)
{
  Visit visit = { .server = self, .stream = G_IO_STREAM (connection), .number = number };
  g_autoptr (GIOStream) secured = NULL;

  if (greet (&visit, peek_turn (&visit)))
    return;

  if (self->certificate != NULL)
    {
      secured = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
      g_object_set (secured, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
      g_signal_connect (secured, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
      if (!g_tls_connection_handshake (G_TLS_CONNECTION (secured), self->closing, NULL))
        return;
      visit.stream = secured;
      if (g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (secured)) != NULL)
        log_fact (&visit, "certificate");
    }

  visit.received = g_string_new (NULL);
  visit.gss = new_gss (visit.stream);
  while (take_turn (&visit))
    continue;
  g_string_free (visit.received, TRUE);
  scripted_gss_free (visit.gss);

  if (secured != NULL)
    g_io_stream_close (secured, self->closing, NULL);
}

/* A connection that was accepted, on its way into its thread. */
typedef struct
{
  ScriptedServer *server;
  GSocketConnection *connection; /* (owned) */
  guint number;
} Arrival;

static gpointer
run_thread (gpointer data)
{
  g_autofree Arrival *arrival = data;
  ScriptedServer *self = arrival->server;

  serve (self, arrival->connection, arrival->number);
  g_io_stream_close (G_IO_STREAM (arrival->connection), NULL, NULL);
  g_object_unref (arrival->connection);

  g_mutex_lock (&self->lock);
  self->n_running--;
  self->n_closed++;
  g_cond_broadcast (&self->changed);
  g_main_context_wakeup (self->context);
  g_mutex_unlock (&self->lock);

  return NULL;
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  ScriptedServer *self = user_data;
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->server = self;
  arrival->connection = g_object_ref (connection);
  g_mutex_lock (&self->lock);
  self->n_running++;
  arrival->number = ++self->n_connections;
  g_mutex_unlock (&self->lock);
  g_thread_unref (g_thread_new ("scripted-server", run_thread, arrival));

  return TRUE;
}

/**
 * scripted_server_new:
 * @certificate: (nullable): speaks TLS with it
 * @scripts: (array length=n_scripts): what to do, turn by turn; has to live as long as the server
 * @n_scripts: at least 1
 *
 * Listens on a free port of 127.0.0.1. Accepts in the thread-default main context, which has to
 * run.
 *
 * Returns: (transfer full): the server
 */
ScriptedServer *
scripted_server_new (GTlsCertificate *certificate, const Script *scripts, gsize n_scripts)
{
  ScriptedServer *self = g_new0 (ScriptedServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->closing = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->scripts = scripts;
  self->n_scripts = n_scripts;
  self->requests = g_string_new (NULL);
  self->log = g_string_new (NULL);
  self->ids = g_string_new (NULL);
  self->service = g_socket_service_new ();
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), BACKLOG);

  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_service_start (self->service);

  return self;
}

/**
 * scripted_server_free:
 * @self: (transfer full): a server
 *
 * Hangs up on everybody, and waits for the threads.
 */
void
scripted_server_free (ScriptedServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));

  g_cancellable_cancel (self->closing);
  g_mutex_lock (&self->lock);
  while (self->n_running > 0)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);

  g_object_unref (self->service);
  g_object_unref (self->closing);
  g_main_context_unref (self->context);
  g_clear_object (&self->certificate);
  g_string_free (self->requests, TRUE);
  g_string_free (self->log, TRUE);
  g_string_free (self->ids, TRUE);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

/**
 * scripted_server_set_turns_of_connections:
 * @self: a server that nobody has come to yet
 *
 * Has each connection begin with the first script.
 */
void
scripted_server_set_turns_of_connections (ScriptedServer *self)
{
  self->has_turns_of_connections = TRUE;
}

/**
 * scripted_server_get_port:
 * @self: a server
 *
 * Returns: the port
 */
guint16
scripted_server_get_port (ScriptedServer *self)
{
  return self->port;
}

static guint
read_counter (ScriptedServer *self, const guint *counter)
{
  guint value;

  g_mutex_lock (&self->lock);
  value = *counter;
  g_mutex_unlock (&self->lock);

  return value;
}

/**
 * scripted_server_get_n_connections:
 * @self: a server
 *
 * Returns: how many connections it accepted
 */
guint
scripted_server_get_n_connections (ScriptedServer *self)
{
  return read_counter (self, &self->n_connections);
}

/**
 * scripted_server_get_n_requests:
 * @self: a server
 *
 * Returns: how many requests came in full
 */
guint
scripted_server_get_n_requests (ScriptedServer *self)
{
  return read_counter (self, &self->n_requests);
}

/**
 * scripted_server_get_n_octets:
 * @self: a server
 *
 * Returns: how many octets came, after TLS
 */
gsize
scripted_server_get_n_octets (ScriptedServer *self)
{
  gsize length;

  g_mutex_lock (&self->lock);
  length = self->requests->len;
  g_mutex_unlock (&self->lock);

  return length;
}

/**
 * scripted_server_dup_requests:
 * @self: a server
 *
 * Returns: (transfer full): all that came, after TLS
 */
char *
scripted_server_dup_requests (ScriptedServer *self)
{
  char *copy;

  g_mutex_lock (&self->lock);
  copy = g_strdup (self->requests->str);
  g_mutex_unlock (&self->lock);

  return copy;
}

/**
 * scripted_server_dup_log:
 * @self: a server
 *
 * Returns: (transfer full): a line for each request that came in full: the number of its connection
 *   and what its body was, "nothing", "plain", "sealed" or, if that could not be unsealed,
 * "broken"; and whether it had an Authorization. Before it a line "certificate" for a client that
 * showed one; after the last leg of a sign-in with channel bindings a line "bound"
 */
char *
scripted_server_dup_log (ScriptedServer *self)
{
  char *copy;

  g_mutex_lock (&self->lock);
  copy = g_strdup (self->log->str);
  g_mutex_unlock (&self->lock);

  return copy;
}

/**
 * scripted_server_dup_ids:
 * @self: a server
 *
 * Returns: (transfer full): a line for each request that had a MessageID, unsealed where it was
 *   sealed
 */
char *
scripted_server_dup_ids (ScriptedServer *self)
{
  char *copy;

  g_mutex_lock (&self->lock);
  copy = g_strdup (self->ids->str);
  g_mutex_unlock (&self->lock);

  return copy;
}

/**
 * scripted_server_wait_closed:
 * @self: a server
 * @n_connections: how many
 *
 * Runs the main context until the server has closed that many connections.
 */
void
scripted_server_wait_closed (ScriptedServer *self, guint n_connections)
{
  while (read_counter (self, &self->n_closed) < n_connections)
    g_main_context_iteration (self->context, TRUE);
}

/**
 * test_certificate_path:
 * @name: as make-certificates.sh has it, without ".pem"
 *
 * Returns: (transfer full): where the file is
 */
char *
test_certificate_path (const char *name)
{
  g_autofree char *base = g_strconcat (name, ".pem", NULL);

  return g_test_build_filename (G_TEST_BUILT, "support", base, NULL);
}

/**
 * test_certificate_load:
 * @name: as test_certificate_path()
 *
 * Returns: (transfer full): the certificate, with its key if there is one
 */
GTlsCertificate *
test_certificate_load (const char *name)
{
  g_autofree char *path = test_certificate_path (name);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}
