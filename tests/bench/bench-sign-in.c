/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signs in so many times by Negotiate with Kerberos, each time on a new connection to 127.0.0.1, as
 * curl --negotiate does, but cheaper: what is measured is the server. The ticket of the service is
 * in KRB5CCNAME after the first time. Prints how many seconds it took. */

#include <arpa/inet.h>
#include <glib.h>
#include <gssapi/gssapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wsman/auth/wsm-auth-field.h"

#define MAX_ANSWER 16384

static gss_OID_desc spnego = { 6, (void *) "\x2b\x06\x01\x05\x05\x02" };

typedef struct
{
  gss_ctx_id_t context;
  gss_name_t target; /* (unowned) */
} SignIn;

static GBytes *
step (SignIn *self, GBytes *token, gboolean *is_complete)
{
  gss_buffer_desc in = GSS_C_EMPTY_BUFFER, out = GSS_C_EMPTY_BUFFER;
  OM_uint32 major, minor, ignored;
  GBytes *next;

  if (token != NULL)
    in.value = (void *) g_bytes_get_data (token, &in.length);
  major = gss_init_sec_context (&minor, GSS_C_NO_CREDENTIAL, &self->context, self->target, &spnego,
                                GSS_C_MUTUAL_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG |
                                  GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG,
                                0, GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &out, NULL, NULL);
  if (GSS_ERROR (major))
    g_error ("No token: 0x%08x, %d", major, (int) minor);
  *is_complete = major == GSS_S_COMPLETE;
  next = g_bytes_new (out.value, out.length);
  gss_release_buffer (&ignored, &out);

  return next;
}

static int
dial (guint16 port)
{
  const struct sockaddr_in address = { .sin_family = AF_INET,
                                       .sin_port = htons (port),
                                       .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || connect (fd, (const struct sockaddr *) &address, sizeof address) != 0)
    g_error ("No connection: %s", g_strerror (errno));

  return fd;
}

/* The token of an answer 200. */
static GBytes *
exchange (guint16 port, const char *path, GBytes *token)
{
  g_autofree char *field = wsm_auth_field_format (WSM_AUTH_SCHEME_NEGOTIATE, token);
  g_autofree char *request = g_strdup_printf (
    "POST %s HTTP/1.1\r\nHost: localhost:%u\r\nAuthorization: %s\r\nContent-Length: 0\r\n\r\n",
    path, port, field);
  g_auto (WsmChallenges) challenges = { 0 };
  char answer[MAX_ANSWER];
  gsize used = 0;
  const char *at;
  int fd = dial (port);

  if (write (fd, request, strlen (request)) != (gssize) strlen (request))
    g_error ("Not written: %s", g_strerror (errno));
  do
    {
      gssize n = read (fd, answer + used, sizeof answer - 1 - used);

      if (n <= 0)
        g_error ("No answer");
      used += (gsize) n;
      answer[used] = '\0';
    }
  while (strstr (answer, "\r\n\r\n") == NULL);
  close (fd);

  at = strcasestr (answer, "\r\nWWW-Authenticate:");
  if (!g_str_has_prefix (answer, "HTTP/1.1 200") || at == NULL)
    g_error ("Not signed in: %s", answer);
  at += strlen ("\r\nWWW-Authenticate:");
  *strchr (at, '\r') = '\0';
  wsm_challenges_add (&challenges, at, WSM_AUTH_SCHEME_NEGOTIATE);
  if (challenges.token == NULL)
    g_error ("No token in the answer: %s", at);

  return g_steal_pointer (&challenges.token);
}

static void
sign_in (gss_name_t target, guint16 port, const char *path)
{
  SignIn self = { GSS_C_NO_CONTEXT, target };
  gboolean is_complete;
  g_autoptr (GBytes) first = step (&self, NULL, &is_complete);
  g_autoptr (GBytes) answer = exchange (port, path, first);
  g_autoptr (GBytes) last = step (&self, answer, &is_complete);
  OM_uint32 minor;

  if (!is_complete)
    g_error ("The server has not proved who it is");
  gss_delete_sec_context (&minor, &self.context, GSS_C_NO_BUFFER);
}

int
main (int argc, char **argv)
{
  gss_buffer_desc name = { strlen ("HTTP@localhost"), (void *) "HTTP@localhost" };
  gss_name_t target;
  OM_uint32 minor;
  gint64 since_usec;
  guint16 port;
  int count;

  if (argc != 4)
    g_error ("usage: bench-sign-in PORT PATH COUNT");
  port = (guint16) atoi (argv[1]);
  count = atoi (argv[3]);
  if (gss_import_name (&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, &target) != GSS_S_COMPLETE)
    g_error ("No name");

  since_usec = g_get_monotonic_time ();
  for (int i = 0; i < count; i++)
    sign_in (target, port, argv[2]);
  printf ("%f\n", (double) (g_get_monotonic_time () - since_usec) / G_USEC_PER_SEC);
  gss_release_name (&minor, &target);

  return EXIT_SUCCESS;
}
