/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service-fixture.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* the handler */

struct _TestHandler
{
  GObject parent_instance;

  GPtrArray *held; /* of WsmOperation */
  guint n_handled;
  WsmService *service; /* (unowned): to stop */
};

static void handler_iface_init (WsmHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHandler, test_handler, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_HANDLER, handler_iface_init))

static void
test_handler_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_HANDLER (object)->held);
  G_OBJECT_CLASS (test_handler_parent_class)->finalize (object);
}

static void
test_handler_class_init (TestHandlerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = test_handler_finalize;
}

static void
test_handler_init (TestHandler *self)
{
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) wsm_operation_unref);
}

static const char *
or_none (const char *text)
{
  return text != NULL ? text : "none";
}

static void
return_value (WsmOperation *operation, gboolean is_long)
{
  g_autoptr (WsmObject) output = wsm_object_new (TEST_URI, "Test_OUTPUT");
  g_autofree char *text = g_strnfill (is_long ? 8192 : 0, 'x');
  WsmPrincipal *principal = wsm_operation_get_principal (operation);
  g_autofree char *groups = g_strjoinv (",", (char **) wsm_principal_get_groups (principal));

  wsm_object_add_uint32 (output, "ReturnValue", 0);
  wsm_object_add_string (output, "User", wsm_principal_get_user (principal));
  wsm_object_add_string (output, "Realm", or_none (wsm_principal_get_realm (principal)));
  wsm_object_add_string (output, "Account", or_none (wsm_principal_get_account (principal)));
  wsm_object_add_string (output, "Bound", wsm_principal_is_bound (principal) ? "yes" : "no");
  wsm_object_add_string (output, "Groups", groups);
  wsm_object_add_string (output, "Mechanism", wsm_principal_get_mechanism (principal));
  wsm_object_add_string (output, "Address", wsm_principal_get_address (principal));
  wsm_object_add_string (output, "Tls", wsm_principal_is_tls (principal) ? "yes" : "no");
  wsm_object_add_string (output, "Text", text);
  wsm_operation_return_object (operation, output);
}

static void
return_fault (WsmOperation *operation, WsmFaultKind kind)
{
  g_autoptr (WsmFault) fault = wsm_fault_new (kind, "The test says so.");

  wsm_operation_return_fault (operation, fault);
}

static void
handle (WsmHandler *handler, WsmOperation *operation)
{
  TestHandler *self = TEST_HANDLER (handler);
  WsmEnvelope *request = wsm_operation_get_request (operation);
  const char *action = wsm_envelope_get_action (request);
  const char *method = g_str_has_prefix (action, TEST_URI "/") ? strrchr (action, '/') + 1 : "";

  self->n_handled++;
  g_assert_nonnull (wsm_operation_get_principal (operation));

  if (g_str_equal (action, WSM_ACTION_SHELL_RECEIVE))
    g_ptr_array_add (self->held, wsm_operation_ref (operation));
  else if (!g_str_equal (wsm_envelope_get_resource_uri (request), TEST_URI))
    return_fault (operation, WSM_FAULT_INVALID_RESOURCE_URI);
  else if (g_str_equal (method, "Echo") || g_str_equal (action, WSM_ACTION_GET))
    return_value (operation, FALSE);
  else if (g_str_equal (method, "Long"))
    return_value (operation, TRUE);
  else if (g_str_equal (method, "Hold"))
    g_ptr_array_add (self->held, wsm_operation_ref (operation));
  else if (g_str_equal (method, "Deny"))
    return_fault (operation, WSM_FAULT_ACCESS_DENIED);
  else if (g_str_equal (method, "Stop"))
    {
      wsm_service_stop (self->service);
      return_value (operation, FALSE);
    }
  else if (!g_str_equal (method, "Drop"))
    return_fault (operation, WSM_FAULT_ACTION_NOT_SUPPORTED);
}

static void
handler_iface_init (WsmHandlerInterface *iface)
{
  iface->handle = handle;
}

/* the verifier */

struct _TestVerifier
{
  GObject parent_instance;

  guint n_verified;
  GPtrArray *waiting; /* of GTask */
};

static void verifier_iface_init (WsmPasswordVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestVerifier, test_verifier, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_PASSWORD_VERIFIER,
                                                      verifier_iface_init))

static void
test_verifier_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_VERIFIER (object)->waiting);
  G_OBJECT_CLASS (test_verifier_parent_class)->finalize (object);
}

static void
test_verifier_class_init (TestVerifierClass *class)
{
  G_OBJECT_CLASS (class)->finalize = test_verifier_finalize;
}

static void
test_verifier_init (TestVerifier *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  TestVerifier *self = g_task_get_source_object (user_data);

  g_task_return_error_if_cancelled (user_data);
  g_ptr_array_remove (self->waiting, user_data);
}

static void
verify_async (WsmPasswordVerifier *verifier, const char *user, WsmSecret *password,
              const char *remote_address, GCancellable *cancellable, GAsyncReadyCallback callback,
              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (verifier, cancellable, callback, user_data);
  const char *text = wsm_secret_peek (password, NULL);

  TEST_VERIFIER (verifier)->n_verified++;
  g_assert_nonnull (remote_address);
  if (g_str_equal (user, "slow"))
    {
      g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), task, NULL);
      g_ptr_array_add (TEST_VERIFIER (verifier)->waiting, g_steal_pointer (&task));
    }
  else if (g_str_equal (text, "broken"))
    g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE, "It is broken.");
  else if (g_str_equal (text, "secret"))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED, "It is wrong.");
}

static gboolean
verify_finish (WsmPasswordVerifier *verifier, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
verifier_iface_init (WsmPasswordVerifierInterface *iface)
{
  iface->verify_async = verify_async;
  iface->verify_finish = verify_finish;
}

/* the service */

void
fixture_set_up (Fixture *f, gconstpointer data)
{
  wsm_service_limits_init (&f->limits);
  f->limits.failed_sign_in_msec = 1;
  /* tests of something else sign in wrongly, and often, as well */
  f->limits.throttle_seconds = 600;
  f->limits.password_checks_per_minute = 6000;
  f->handler = g_object_new (TEST_TYPE_HANDLER, NULL);
  f->verifier = g_object_new (TEST_TYPE_VERIFIER, NULL);
}

static void
make_service (Fixture *f)
{
  g_autoptr (WsmIdentifyResponse)
    anonymous = wsm_identify_response_new ("Curfew", "OS: 0.0.0 SP: 0.0 Stack: 3.0", NULL);
  const char *const profiles[] = { "https/basic", NULL };
  g_autoptr (WsmIdentifyResponse)
    signed_in = wsm_identify_response_new ("Curfew", "OS: 6.1 SP: 0.0 Stack: 3.0", profiles);

  f->service = wsm_service_new (WSM_HANDLER (f->handler), WSM_PASSWORD_VERIFIER (f->verifier),
                                &f->limits);
  f->handler->service = f->service;
  wsm_service_set_identify (f->service, TRUE, anonymous, signed_in);
  if (f->acceptor != NULL)
    wsm_service_set_acceptor (f->service, f->acceptor);
  if (f->certificate_users != NULL)
    wsm_service_set_certificate_users (f->service, f->certificate_users);
}

void
test_start (Fixture *f)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) endpoints = NULL;

  if (f->service != NULL)
    return;

  make_service (f);
  wsm_service_set_allow_clear_basic_on_loopback (f->service, TRUE);
  wsm_service_listen (f->service, address, f->certificate, &error);
  g_assert_no_error (error);
  endpoints = wsm_service_dup_endpoints (f->service);
  f->port = (guint16) atoi (strrchr (endpoints[0], ':') + 1);
}

/* A service for a web server that runs as @uid, besides its usual address. */
void
test_start_front (Fixture *f, uid_t uid, const char *user_header)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("curfew-front-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->directory, "front.sock", NULL);
  address = g_unix_socket_address_new (f->path);

  test_start (f);
  wsm_service_set_front (f->service, &uid, 1, (gid_t) -1, user_header, &error);
  g_assert_no_error (error);
  wsm_service_listen (f->service, address, NULL, &error);
  g_assert_no_error (error);
}

void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  if (f->service != NULL)
    {
      wsm_service_stop (f->service);
      g_assert_cmpuint (wsm_service_get_n_connections (f->service), ==, 0);
      g_ptr_array_set_size (f->handler->held, 0);
      /* threads of handshakes end in their own time */
      while (G_OBJECT (f->handler)->ref_count > 2)
        g_main_context_iteration (NULL, TRUE);
      g_assert_finalize_object (f->service);
    }
  while (G_OBJECT (f->verifier)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (f->handler);
  g_assert_finalize_object (f->verifier);
  g_clear_object (&f->certificate);
  if (f->directory != NULL) /* empty: the socket has gone with the service */
    g_assert_cmpint (g_rmdir (f->directory), ==, 0);
  g_clear_pointer (&f->directory, g_free);
  g_clear_pointer (&f->path, g_free);
}

guint
test_n_handled (Fixture *f)
{
  return f->handler->n_handled;
}

guint
test_n_held (Fixture *f)
{
  return f->handler->held->len;
}

guint
test_n_verified (Fixture *f)
{
  return f->verifier->n_verified;
}

gboolean
test_is_held_cancelled (Fixture *f)
{
  return g_cancellable_is_cancelled (wsm_operation_get_cancellable (f->handler->held->pdata[0]));
}

void
test_release (Fixture *f)
{
  return_value (f->handler->held->pdata[0], FALSE);
  g_ptr_array_remove_index (f->handler->held, 0);
}

/* Answers with so much that no buffer of an earlier answer has room for it. */
void
test_release_long (Fixture *f)
{
  g_autoptr (WsmObject) output = wsm_object_new (TEST_URI, "Test_OUTPUT");
  g_autofree char *text = g_strnfill (100000, 'x');

  wsm_object_add_string (output, "Text", text);
  wsm_operation_return_object (f->handler->held->pdata[0], output);
  g_ptr_array_remove_index (f->handler->held, 0);
}

/* Answers a held Receive. */
void
test_release_output (Fixture *f, const char *output)
{
  g_autoptr (WsmShellMessage) message = wsm_shell_message_new (WSM_SHELL_RECEIVE_RESPONSE);
  g_autoptr (GBytes) data = g_bytes_new (output, strlen (output));

  message->command_id = g_strdup ("C");
  message->state = g_strdup (WSM_COMMAND_STATE_RUNNING);
  wsm_shell_message_add_stream (message, "stdout", "C", data, FALSE);
  wsm_operation_return_shell (f->handler->held->pdata[0], message);
  g_ptr_array_remove_index (f->handler->held, 0);
}

void
test_release_fault (Fixture *f, WsmFaultKind kind)
{
  return_fault (f->handler->held->pdata[0], kind);
  g_ptr_array_remove_index (f->handler->held, 0);
}

void
test_wait_connections (Fixture *f, guint n)
{
  while (wsm_service_get_n_connections (f->service) != n)
    g_main_context_iteration (NULL, TRUE);
}

/* the journal */

static GHashTable *logged; /* MESSAGE_ID → count */
static GMutex logged_lock;

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE_ID"))
      {
        gpointer n;

        g_mutex_lock (&logged_lock);
        n = g_hash_table_lookup (logged, fields[i].value);
        g_hash_table_insert (logged, g_strdup (fields[i].value),
                             GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
        g_mutex_unlock (&logged_lock);
      }

  return G_LOG_WRITER_HANDLED;
}

void
test_catch_log (void)
{
  logged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
}

guint
test_n_logged (const char *message_id)
{
  gpointer n = g_hash_table_lookup (logged, message_id);

  return GPOINTER_TO_UINT (n);
}

/* a client */

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  TestClient *c = user_data;
  char octets[4096];

  /* to the end, as TLS tells of what it holds only once */
  while (!c->has_ended)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), octets,
                                                           sizeof octets, NULL, &error);

      if (n > 0)
        g_string_append_len (c->received, octets, n);
      else if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return G_SOURCE_CONTINUE;
      else
        {
          c->has_ended = TRUE;
          c->was_reset = n < 0;
        }
    }

  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags flags,
           gpointer user_data)
{
  return TRUE;
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **done = user_data;

  *done = g_object_ref (result);
}

static void
begin_tls (TestClient *c)
{
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_client_connection_new (c->stream, NULL, &error);

  g_assert_no_error (error);
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), NULL);
  if (c->fixture->client_certificate != NULL)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (tls), c->fixture->client_certificate);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  g_object_unref (c->stream);
  c->stream = tls;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, done_cb,
                                    &done);
  while (done == NULL)
    g_main_context_iteration (NULL, TRUE);
  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (tls), done, NULL))
    c->has_ended = TRUE;
}

/* Takes @connection. */
static TestClient *
client_new (Fixture *f, GSocketConnection *connection, gboolean speaks_tls)
{
  TestClient *c = g_new0 (TestClient, 1);

  c->fixture = f;
  c->received = g_string_new (NULL);
  c->stream = G_IO_STREAM (connection);
  g_socket_set_blocking (g_socket_connection_get_socket (connection), FALSE);

  if (speaks_tls)
    begin_tls (c);
  c->source = g_pollable_input_stream_create_source (
    G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (c->stream)), NULL);
  g_source_set_callback (c->source, G_SOURCE_FUNC (readable_cb), c, NULL);
  g_source_attach (c->source, NULL);

  return c;
}

TestClient *
test_client_new_from (Fixture *f, const char *address)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketAddress) own = g_inet_socket_address_new_from_string (address, 0);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  test_start (f);
  g_socket_client_set_local_address (connector, own);
  g_socket_client_set_enable_proxy (connector, FALSE);
  connection = g_socket_client_connect_to_host (connector, "127.0.0.1", f->port, NULL, &error);
  g_assert_no_error (error);

  return client_new (f, connection, f->certificate != NULL);
}

/* Plays the web server. */
TestClient *
test_client_new_front (Fixture *f)
{
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (f->path);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  connection = g_socket_client_connect (connector, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);

  return client_new (f, connection, FALSE);
}

TestClient *
test_client_new (Fixture *f)
{
  return test_client_new_from (f, "127.0.0.1");
}

void
test_client_free (TestClient *c)
{
  g_source_destroy (c->source);
  g_source_unref (c->source);
  if (G_IS_SOCKET_CONNECTION (c->stream))
    g_socket_close (g_socket_connection_get_socket (G_SOCKET_CONNECTION (c->stream)), NULL);
  g_object_unref (c->stream);
  g_string_free (c->received, TRUE);
  g_free (c);
}

/* Ends with RST. */
void
test_client_reset (TestClient *c)
{
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (c->stream));
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  test_client_free (c);
}

void
test_client_send (TestClient *c, const char *octets, gssize length)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (
    g_io_stream_get_output_stream (c->stream));
  gsize left = length < 0 ? strlen (octets) : (gsize) length;

  while (left > 0 && !c->has_ended)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (output, octets, left, NULL, &error);

      if (n < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return; /* the service may close at any time; what it answered tells */
      if (n < 0)
        {
          g_main_context_iteration (NULL, FALSE);
          continue;
        }
      octets += n;
      left -= (gsize) n;
    }
}

/* Length of the whole first answer, 0 if it is not there yet. */
static gsize
find_answer (const GString *received, gsize *head_length)
{
  const char *end = strstr (received->str, "\r\n\r\n");
  const char *length = strstr (received->str, "Content-Length: ");
  gsize total;

  if (end == NULL)
    return 0;
  *head_length = (gsize) (end - received->str) + 4;
  total = *head_length;
  if (length != NULL && length < end)
    total += strtoul (length + strlen ("Content-Length: "), NULL, 10);

  return received->len >= total ? total : 0;
}

gboolean
test_client_has_all (TestClient *c)
{
  gsize head_length;

  return find_answer (c->received, &head_length) > 0;
}

/* Waits for an answer; status 0 if the connection ends without one. */
void
test_client_receive (TestClient *c, TestAnswer *answer)
{
  gsize head_length = 0;
  gsize total;

  while ((total = find_answer (c->received, &head_length)) == 0 && !c->has_ended)
    g_main_context_iteration (NULL, TRUE);

  *answer = (TestAnswer){ 0 };
  if (total == 0)
    return;
  g_assert_true (g_str_has_prefix (c->received->str, "HTTP/1.1 "));
  answer->status = (guint) atoi (c->received->str + strlen ("HTTP/1.1 "));
  answer->head = g_strndup (c->received->str, head_length);
  answer->body_length = total - head_length;
  answer->body = g_malloc0 (answer->body_length + 1);
  memcpy (answer->body, c->received->str + head_length, answer->body_length);
  g_string_erase (c->received, 0, (gssize) total);
}

void
test_client_wait_end (TestClient *c)
{
  while (!c->has_ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (c->received->len, ==, 0);
}

void
test_answer_clear (TestAnswer *answer)
{
  g_clear_pointer (&answer->head, g_free);
  g_clear_pointer (&answer->body, g_free);
}

gboolean
test_answer_closes (const TestAnswer *answer)
{
  return strstr (answer->head, "\r\nConnection: close\r\n") != NULL;
}

/* text of messages */

char *
test_invoke (const char *method, const char *message_id)
{
  return g_strdup_printf (
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
    " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
    " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Header>"
    "<a:To>http://127.0.0.1:5985/wsman</a:To>"
    "<w:ResourceURI s:mustUnderstand=\"true\">" TEST_URI "</w:ResourceURI>"
    "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">"
    "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
    "<a:Action s:mustUnderstand=\"true\">" TEST_URI "/%s</a:Action>"
    "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">153600</w:MaxEnvelopeSize>"
    "<a:MessageID>%s</a:MessageID>"
    "<w:OperationTimeout>PT60S</w:OperationTimeout></s:Header>"
    "<s:Body><p:%s_INPUT xmlns:p=\"" TEST_URI "\"><p:Text>x</p:Text></p:%s_INPUT></s:Body>"
    "</s:Envelope>",
    method, message_id, method, method);
}

char *
test_invoke_new (const char *method)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *message_id = g_strconcat ("uuid:", uuid, NULL);

  return test_invoke (method, message_id);
}

/* A Receive of the command C. */
char *
test_receive (const char *message_id)
{
  return g_strdup_printf (
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
    " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
    " xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Header>"
    "<a:To>http://127.0.0.1:5985/wsman</a:To>"
    "<w:ResourceURI s:mustUnderstand=\"true\">" WSM_SHELL_CMD_URI "</w:ResourceURI>"
    "<a:ReplyTo><a:Address s:mustUnderstand=\"true\">"
    "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
    "<a:Action s:mustUnderstand=\"true\">" WSM_ACTION_SHELL_RECEIVE "</a:Action>"
    "<w:MaxEnvelopeSize s:mustUnderstand=\"true\">153600</w:MaxEnvelopeSize>"
    "<a:MessageID>%s</a:MessageID>"
    "<w:SelectorSet><w:Selector Name=\"ShellId\">S</w:Selector></w:SelectorSet>"
    "<w:OperationTimeout>PT60S</w:OperationTimeout></s:Header>"
    "<s:Body><rsp:Receive xmlns:rsp=\"" WSM_SHELL_URI "\">"
    "<rsp:DesiredStream CommandId=\"C\">stdout</rsp:DesiredStream></rsp:Receive></s:Body>"
    "</s:Envelope>",
    message_id);
}

char *
test_http (const char *authorization, const char *body)
{
  return g_strdup_printf ("POST /wsman HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                          "Content-Type: application/soap+xml;charset=UTF-8\r\n"
                          "%s%s%sContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                          authorization != NULL ? "Authorization: " : "",
                          authorization != NULL ? authorization : "",
                          authorization != NULL ? "\r\n" : "", strlen (body), body);
}

char *
test_replace (const char *text, const char *from, const char *to)
{
  GString *replaced = g_string_new (text);

  g_assert_cmpuint (g_string_replace (replaced, from, to, 1), ==, 1);

  return g_string_free (replaced, FALSE);
}

char *
test_ask (TestClient *c, const char *authorization, const char *body, guint status)
{
  g_autofree char *http = test_http (authorization, body);
  g_auto (TestAnswer) answer = { 0 };

  test_client_send (c, http, -1);
  test_client_receive (c, &answer);
  if (answer.status != status)
    g_test_message ("%s%s", answer.head, answer.body);
  g_assert_cmpuint (answer.status, ==, status);

  return g_steal_pointer (&answer.body);
}
