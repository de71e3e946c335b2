/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-user-file.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wsm-basic.h"

#define MAX_FILE_SIZE (1024 * 1024)

/**
 * WsmUserFile:
 *
 * Names and crypt(3) hashes of one file, read when the object is made: for rehearsals and tests.
 * Each line is `user:hash`; lines that are empty or start with `#` mean nothing.
 */
struct _WsmUserFile
{
  GObject parent_instance;

  GHashTable *hashes; /* (element-type utf8 utf8) (owned), by name */
  char *dummy_hash;   /* (owned): what an unknown name is compared with */
};

static void wsm_user_file_verifier_init (WsmPasswordVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WsmUserFile, wsm_user_file, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (WSM_TYPE_PASSWORD_VERIFIER,
                                                      wsm_user_file_verifier_init))

/* One question, for the thread that answers it. */
typedef struct
{
  WsmSecret *password; /* (owned) */
  char *hash;          /* (owned) */
  gboolean is_known;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  wsm_secret_unref (question->password);
  g_free (question->hash);
  g_free (question);
}

static gboolean
equal_in_constant_time (const char *a, const char *b)
{
  gsize length = strlen (a);
  guint8 difference = 0;

  if (strlen (b) != length)
    return FALSE;

  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (a[i] ^ b[i]);

  return difference == 0;
}

/* Blocks for as long as the hash was made to cost. */
static gboolean
matches (WsmSecret *password, const char *hash)
{
  g_autofree struct crypt_data *scratch = g_new0 (struct crypt_data, 1);
  const char *computed;
  gboolean is_match;

  computed = crypt_rn (wsm_secret_peek (password, NULL), hash, scratch, sizeof *scratch);
  is_match = computed != NULL && equal_in_constant_time (computed, hash);
  wsm_secret_wipe (scratch, sizeof *scratch);

  return is_match;
}

static void
verify_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  gboolean is_match = matches (question->password, question->hash);

  if (is_match && question->is_known)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, WSM_AUTH_ERROR, WSM_AUTH_ERROR_REJECTED,
                             "The name and the password were not accepted.");
}

static void
wsm_user_file_verify_async (WsmPasswordVerifier *verifier, const char *user, WsmSecret *password,
                            const char *remote_address, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  WsmUserFile *self = WSM_USER_FILE (verifier);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *hash = g_hash_table_lookup (self->hashes, user);
  Question *question = g_new0 (Question, 1);

  question->password = wsm_secret_ref (password);
  question->is_known = hash != NULL;
  question->hash = g_strdup (hash != NULL ? hash : self->dummy_hash);

  g_task_set_source_tag (task, wsm_user_file_verify_async);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, verify_in_thread);
}

static gboolean
wsm_user_file_verify_finish (WsmPasswordVerifier *verifier, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, verifier), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
wsm_user_file_finalize (GObject *object)
{
  WsmUserFile *self = WSM_USER_FILE (object);

  g_clear_pointer (&self->hashes, g_hash_table_unref);
  g_clear_pointer (&self->dummy_hash, g_free);

  G_OBJECT_CLASS (wsm_user_file_parent_class)->finalize (object);
}

static void
wsm_user_file_verifier_init (WsmPasswordVerifierInterface *iface)
{
  iface->verify_async = wsm_user_file_verify_async;
  iface->verify_finish = wsm_user_file_verify_finish;
}

static void
wsm_user_file_class_init (WsmUserFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wsm_user_file_finalize;
}

static void
wsm_user_file_init (WsmUserFile *self)
{
  self->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* Whether the open file may be believed; its size in @size. */
static gboolean
check_file (int fd, const char *path, gsize *size, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                   "The user file %s cannot be examined: %s.", path, g_strerror (errno));
      return FALSE;
    }

  if (!S_ISREG (status.st_mode))
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                 "The user file %s is not a regular file.", path);
  else if ((status.st_mode & 077) != 0)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                 "The user file %s is open to others than its owner: run \"chmod 600 %s\".", path,
                 path);
  else if (status.st_size > MAX_FILE_SIZE)
    g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                 "The user file %s is larger than %d octets.", path, MAX_FILE_SIZE);
  else
    {
      *size = (gsize) status.st_size;
      return TRUE;
    }

  return FALSE;
}

/* The text of the file, checked and read through one descriptor: it cannot be exchanged between. */
static char *
load_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  g_autofree char *text = NULL;
  gsize size = 0;
  gsize length = 0;

  if (fd < 0)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                   "The user file %s cannot be opened: %s.", path, g_strerror (errno));
      return NULL;
    }

  if (check_file (fd, path, &size, error))
    {
      gssize n_read = 0;

      text = g_malloc (size + 1);
      while (length < size && ((n_read = read (fd, text + length, size - length)) > 0 ||
                               (n_read < 0 && errno == EINTR)))
        length += n_read > 0 ? (gsize) n_read : 0;
      text[length] = '\0';

      if (n_read < 0)
        {
          g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                       "The user file %s cannot be read: %s.", path, g_strerror (errno));
          g_clear_pointer (&text, g_free);
        }
      else if (strlen (text) != length || !g_utf8_validate (text, (gssize) length, NULL))
        {
          g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                       "The user file %s is not UTF-8 text.", path);
          g_clear_pointer (&text, g_free);
        }
    }
  close (fd);

  return g_steal_pointer (&text);
}

/* What is wrong with a name and a hash; NULL if nothing is. */
static const char *
find_fault (WsmUserFile *self, const char *user, const char *hash)
{
  int method = crypt_checksalt (hash);

  if (*user == '\0' || strlen (user) > WSM_BASIC_MAX_PART)
    return "the name is empty or too long";
  if (g_hash_table_contains (self->hashes, user))
    return "the name occurs twice";
  /* A plain password often looks like a hash of the oldest method, so those are refused, too. */
  if (method != CRYPT_SALT_OK && method != CRYPT_SALT_TOO_CHEAP)
    return "the hash is of no current method, make one with \"openssl passwd -6\"";

  return NULL;
}

static gboolean
read_line (WsmUserFile *self, const char *path, guint number, char *line, GError **error)
{
  char *colon;
  const char *fault;

  g_strchomp (line);
  if (*line == '\0' || *line == '#')
    return TRUE;

  colon = strchr (line, ':');
  if (colon != NULL)
    *colon = '\0';

  fault = colon == NULL ? "it is not \"user:hash\"" : find_fault (self, line, colon + 1);
  if (fault != NULL)
    {
      g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_SYNTAX,
                   "Line %u of the user file %s is wrong: %s.", number, path, fault);
      return FALSE;
    }

  /* The cost of an unknown name is that of the first known one. */
  if (self->dummy_hash == NULL)
    self->dummy_hash = g_strdup (colon + 1);
  g_hash_table_insert (self->hashes, g_strdup (line), g_strdup (colon + 1));

  return TRUE;
}

/**
 * wsm_user_file_new:
 * @path: a file that only its owner may read or write, at most 1 MiB
 * @error: %WSM_AUTH_ERROR_UNAVAILABLE for a file that cannot be read or may not be believed,
 *   %WSM_AUTH_ERROR_SYNTAX for one whose text is wrong; the message names file and line
 *
 * Reads @path whole; later changes of the file mean nothing. Blocks; for programs that start.
 *
 * Returns: (transfer full): a #WsmPasswordVerifier; %NULL with @error set otherwise
 */
WsmUserFile *
wsm_user_file_new (const char *path, GError **error)
{
  g_autoptr (WsmUserFile) self = g_object_new (WSM_TYPE_USER_FILE, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  text = load_file (path, error);
  if (text == NULL)
    return NULL;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (!read_line (self, path, i + 1, lines[i], error))
        return NULL;
    }

  if (self->dummy_hash == NULL)
    {
      char setting[CRYPT_GENSALT_OUTPUT_SIZE];

      /* Nobody can sign in, and nobody shall see that from the time it takes. */
      if (crypt_gensalt_rn (NULL, 0, NULL, 0, setting, sizeof setting) == NULL)
        {
          g_set_error (error, WSM_AUTH_ERROR, WSM_AUTH_ERROR_UNAVAILABLE,
                       "No salt could be made: %s.", g_strerror (errno));
          return NULL;
        }
      self->dummy_hash = g_strdup (setting);
    }

  return g_steal_pointer (&self);
}
