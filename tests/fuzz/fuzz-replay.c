/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz-target.h"

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_corpus (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    printf ("# %s\n", error->message);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  return names;
}

/* An exact copy, so that a sanitizer sees a read of the first octet behind the input. */
static void
replay (const char *text, gsize size)
{
  guint8 *exact = malloc (MAX (size, 1));

  memcpy (exact, text, size);
  LLVMFuzzerTestOneInput (exact, size);
  free (exact);
}

/* Runs a target over its corpus in every build, so that what a fuzzer has found stays mended. */
int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) names = NULL;

  setlocale (LC_ALL, "");
  if (argc != 2)
    {
      printf ("Bail out! usage: fuzz-replay CORPUS\n");
      return EXIT_FAILURE;
    }

  names = list_corpus (argv[1]);
  if (names->len == 0)
    {
      printf ("Bail out! %s holds no input\n", argv[1]);
      return EXIT_FAILURE;
    }

  printf ("1..%u\n", names->len);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      gsize size;

      if (g_file_get_contents (path, &text, &size, &error))
        {
          replay (text, size);
          printf ("ok %u %s\n", i + 1, name);
        }
      else
        {
          printf ("not ok %u %s # %s\n", i + 1, name, error->message);
        }
      fflush (stdout);
    }

  return EXIT_SUCCESS;
}
