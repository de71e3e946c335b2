/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fleet/cf-known-hosts.h"

#define A       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define WRITERS 4
#define EACH    25

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("curfew-hosts-XXXXXX", &error);
  g_assert_no_error (error);
  f->path = g_build_filename (f->folder, "curfew", "hosts.json", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (f->path);
  g_autofree char *lock = g_strconcat (f->path, ".lock", NULL);

  g_unlink (f->path);
  g_unlink (lock);
  g_rmdir (inner);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->path);
  g_free (f->folder);
}

static CfKnownHosts *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  CfKnownHosts *hosts = cf_known_hosts_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return hosts;
}

static void
test_parse (void)
{
  g_autoptr (CfKnownHosts)
    hosts = parse ("{\"version\":1,\"hosts\":["
                   "{\"name\":\"pc\",\"port\":5986,\"certificate\":{\"sha256\":\"" A "\","
                   "\"subject\":\"CN=pc\",\"trusted\":\"2026-01-02T03:04:05Z\"}},"
                   "{\"name\":\"::1\",\"port\":1,\"certificate\":null},"
                   "{\"name\":\"den\",\"port\":65535}]}");
  const CfKnownHost *pc = cf_known_hosts_find (hosts, "pc", 5986);

  g_test_summary ("Each host is found by name and port");

  g_assert_cmpuint (cf_known_hosts_get_n_hosts (hosts), ==, 3);
  g_assert_cmpstr (pc->sha256, ==, A);
  g_assert_cmpstr (pc->subject, ==, "CN=pc");
  g_assert_cmpstr (pc->trusted, ==, "2026-01-02T03:04:05Z");
  g_assert_null (cf_known_hosts_find (hosts, "pc", 5985));
  g_assert_null (cf_known_hosts_find (hosts, "::1", 1)->sha256);
  g_assert_nonnull (cf_known_hosts_find (hosts, "den", 65535));
}

#define HOSTS(text) "{\"version\":1,\"hosts\":[" text "]}"
#define HOST(more)  HOSTS ("{\"name\":\"pc\",\"port\":1" more "}")

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    const char *why;
  } cases[] = {
    { "", "cut off" },
    { "{", "cut off" },
    { "{\"version\":1,\"hosts\":[{\"name\":\"pc\",\"port\":1}", "cut off" },
    { "[]", "no JSON object" },
    { "null", "no JSON object" },
    { "{}", "version 1" },
    { "{\"version\":\"1\",\"hosts\":[]}", "version 1" },
    { "{\"version\":1.0,\"hosts\":[]}", "version 1" },
    { "{\"version\":0,\"hosts\":[]}", "version 1" },
    { "{\"version\":2,\"hosts\":[]}", "newer version" },
    { "{\"version\":1}", "version 1" },
    { "{\"version\":1,\"hosts\":{}}", "version 1" },
    { "{\"version\":1,\"hosts\":[]} // x", "outside of texts" },
    { "{'version':1,\"hosts\":[]}", "outside of texts" },
    { HOSTS ("1"), "host number 1" },
    { HOSTS ("{}"), "host number 1" },
    { HOSTS ("{\"name\":\"\",\"port\":1}"), "host number 1" },
    { HOSTS ("{\"name\":\"PC\",\"port\":1}"), "host number 1" },
    { HOSTS ("{\"name\":\"p c\",\"port\":1}"), "host number 1" },
    { HOSTS ("{\"name\":\"p\\u001bc\",\"port\":1}"), "host number 1" },
    { HOSTS ("{\"name\":1,\"port\":1}"), "host number 1" },
    { HOSTS ("{\"name\":\"pc\",\"port\":0}"), "host number 1" },
    { HOSTS ("{\"name\":\"pc\",\"port\":65536}"), "host number 1" },
    { HOSTS ("{\"name\":\"pc\",\"port\":4294967297}"), "host number 1" },
    { HOSTS ("{\"name\":\"pc\",\"port\":\"1\"}"), "host number 1" },
    { HOSTS ("{\"name\":\"pc\",\"port\":1},{\"name\":\"pc\",\"port\":1}"), "twice" },
    { HOST (",\"certificate\":1"), "no object" },
    { HOST (",\"certificate\":{}"), "no SHA-256" },
    { HOST (",\"certificate\":{\"sha256\":\"aa\"}"), "no SHA-256" },
    { HOST (",\"certificate\":{\"sha256\":\"" A "a\"}"), "no SHA-256" },
    { HOST (",\"certificate\":{\"sha256\":7}"), "no SHA-256" },
    { HOST (",\"x\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]"), "deeper" },
    { HOST (",\"x\":\"\377\""), "UTF-8" },
  };

  g_test_summary ("Whatever is not understood completely is refused, and said what");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].why);
      g_assert_null (cf_known_hosts_parse (cases[i].text, strlen (cases[i].text), &error));
      g_assert_error (error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_CONTENT);
      g_assert_nonnull (strstr (error->message, cases[i].why));
    }
}

static void
test_too_deep_and_too_large (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (CF_KNOWN_HOSTS_MAX_SIZE + 1, ' ');
  g_autoptr (GError) depth_error = NULL;
  g_autoptr (GError) size_error = NULL;

  g_test_summary ("A hundred thousand brackets end no stack");

  g_assert_null (cf_known_hosts_parse (deep, 100000, &depth_error));
  g_assert_nonnull (strstr (depth_error->message, "deeper"));
  g_assert_null (cf_known_hosts_parse (large, CF_KNOWN_HOSTS_MAX_SIZE + 1, &size_error));
  g_assert_nonnull (strstr (size_error->message, "32 MiB"));
}

static void
test_changes (void)
{
  g_autoptr (CfKnownHosts)
    hosts = parse ("{\"version\":1,\"colour\":\"red\",\"hosts\":["
                   "{\"name\":\"pc\",\"port\":5986,\"tags\":[\"lab\"],\"certificate\":"
                   "{\"sha256\":\"" A "\"}},{\"name\":\"den\",\"port\":1,\"owl\":{\"a\":1}}]}");
  const CfKnownHost pc = { (char *) "pc", 5986, (char *) B, (char *) "CN=\"x\"", NULL };
  const CfKnownHost added = { (char *) "new", 2, (char *) A, NULL, (char *) "2026" };
  g_autofree char *text = NULL;
  g_autoptr (CfKnownHosts) again = NULL;

  g_test_summary ("What another version has written is kept when a certificate changes");

  cf_known_hosts_set_certificate (hosts, &pc);
  cf_known_hosts_set_certificate (hosts, &added);
  g_assert_true (cf_known_hosts_forget (hosts, "den", 1));
  g_assert_false (cf_known_hosts_forget (hosts, "den", 1));
  g_assert_false (cf_known_hosts_forget (hosts, "pc", 1));
  text = cf_known_hosts_to_text (hosts);
  g_assert_nonnull (strstr (text, "\"red\""));
  g_assert_nonnull (strstr (text, "\"lab\""));
  g_assert_null (strstr (text, "owl"));
  g_assert_null (strstr (text, A "\",\n      \"sub"));

  again = parse (text);
  g_assert_cmpuint (cf_known_hosts_get_n_hosts (again), ==, 2);
  g_assert_cmpstr (cf_known_hosts_find (again, "pc", 5986)->sha256, ==, B);
  g_assert_cmpstr (cf_known_hosts_find (again, "pc", 5986)->subject, ==, "CN=\"x\"");
  g_assert_cmpstr (cf_known_hosts_find (again, "new", 2)->sha256, ==, A);
  g_assert_cmpstr (cf_known_hosts_find (again, "new", 2)->trusted, ==, "2026");
}

static gboolean
add_cb (CfKnownHosts *hosts, gpointer user_data)
{
  const CfKnownHost *host = user_data;

  cf_known_hosts_set_certificate (hosts, host);
  return TRUE;
}

static gboolean
leave_cb (CfKnownHosts *hosts, gpointer user_data)
{
  return FALSE;
}

static void
test_file (Fixture *f, gconstpointer data)
{
  const CfKnownHost host = { (char *) "pc", 5986, (char *) A, NULL, NULL };
  g_autoptr (CfKnownHosts) none = NULL;
  g_autoptr (CfKnownHosts) one = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_test_summary ("No file is an empty list; the first change makes one that only its owner reads");

  none = cf_known_hosts_load (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cf_known_hosts_get_n_hosts (none), ==, 0);
  g_assert_true (cf_known_hosts_edit (f->path, leave_cb, NULL, &error));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));

  g_assert_true (cf_known_hosts_edit (f->path, add_cb, (gpointer) &host, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  one = cf_known_hosts_load (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cf_known_hosts_find (one, "pc", 5986)->sha256, ==, A);
}

static void
test_torn_file (Fixture *f, gconstpointer data)
{
  static const char *const torn[] = { "{\"version\":1,\"hosts\":[{\"name\":\"p", "", "\377\376{" };
  const CfKnownHost host = { (char *) "pc", 5986, (char *) A, NULL, NULL };
  g_autofree char *folder = g_path_get_dirname (f->path);

  g_test_summary ("A file that cannot be read is told by name, and never overwritten");

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (torn); i++)
    {
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (f->path, torn[i], -1, NULL));
      g_assert_false (cf_known_hosts_edit (f->path, add_cb, (gpointer) &host, &error));
      g_assert_error (error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_CONTENT);
      g_assert_nonnull (strstr (error->message, f->path));
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_true (g_file_get_contents (f->path, &after, NULL, NULL));
      g_assert_cmpstr (after, ==, torn[i]);
    }
}

static void
test_no_regular_file (Fixture *f, gconstpointer data)
{
  g_autofree char *inner = g_path_get_dirname (f->path);
  g_autoptr (GError) folder_error = NULL;
  g_autoptr (GError) pipe_error = NULL;

  g_test_summary ("What is no regular file is not waited for");

  g_assert_null (cf_known_hosts_load (f->folder, &folder_error));
  g_assert_error (folder_error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_FILE);
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  g_assert_null (cf_known_hosts_load (f->path, &pipe_error));
  g_assert_error (pipe_error, CF_KNOWN_HOSTS_ERROR, CF_KNOWN_HOSTS_ERROR_FILE);
}

static void
write_many (const char *path, int writer)
{
  for (int i = 0; i < EACH; i++)
    {
      g_autofree char *name = g_strdup_printf ("pc-%d-%d", writer, i);
      const CfKnownHost host = { name, 5986, (char *) A, NULL, NULL };

      if (!cf_known_hosts_edit (path, add_cb, (gpointer) &host, NULL))
        _exit (1);
    }
  _exit (0);
}

static void
test_writers_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (CfKnownHosts) hosts = NULL;
  g_autoptr (GError) error = NULL;

  g_test_summary ("Programs that write at the same time lose nothing of each other's");

  for (int i = 0; i < WRITERS; i++)
    if (fork () == 0)
      write_many (f->path, i);
  for (int i = 0; i < WRITERS; i++)
    {
      int status;

      g_assert_cmpint (wait (&status), >, 0);
      g_assert_cmpint (status, ==, 0);
    }
  hosts = cf_known_hosts_load (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cf_known_hosts_get_n_hosts (hosts), ==, WRITERS * EACH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fleet/known-hosts/parse", test_parse);
  g_test_add_func ("/fleet/known-hosts/refused", test_refused);
  g_test_add_func ("/fleet/known-hosts/too-deep-and-too-large", test_too_deep_and_too_large);
  g_test_add_func ("/fleet/known-hosts/changes", test_changes);
  g_test_add ("/fleet/known-hosts/file", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/fleet/known-hosts/torn-file", Fixture, NULL, set_up, test_torn_file, tear_down);
  g_test_add ("/fleet/known-hosts/no-regular-file", Fixture, NULL, set_up, test_no_regular_file,
              tear_down);
  g_test_add ("/fleet/known-hosts/writers-at-once", Fixture, NULL, set_up, test_writers_at_once,
              tear_down);

  return g_test_run ();
}
