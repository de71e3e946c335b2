/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-signed-in.h"

#include "cf-session.h"
#include "request/cf-display-text.h"

/* As many as a sentence can name and still be read. */
#define MAX_NAMED 3

static char *
dup_place (CfSession *session)
{
  const char *tty = cf_session_get_tty (session);
  const char *seat = cf_session_get_seat (session);

  if (cf_session_is_remote (session))
    return g_strdup ("from elsewhere");
  if (*tty != '\0')
    return cf_display_text_one_line (tty);
  return *seat != '\0' ? cf_display_text_one_line (seat) : g_strdup ("at no seat");
}

/**
 * cf_signed_in_describe:
 * @sessions: a model of #CfSession
 *
 * Says who is signed in, where: "alice is signed in (tty2)", "alice (tty2), bob (from elsewhere)
 * are signed in"; a long list is cut and says how many more there are.
 *
 * Returns: (transfer full) (nullable): a sentence without its full stop; %NULL if nobody is
 */
char *
cf_signed_in_describe (GListModel *sessions)
{
  g_autoptr (GString) names = NULL;
  guint n;

  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), NULL);

  n = g_list_model_get_n_items (sessions);
  if (n == 0)
    return NULL;

  names = g_string_new (NULL);
  for (guint i = 0; i < MIN (n, MAX_NAMED); i++)
    {
      g_autoptr (CfSession) session = g_list_model_get_item (sessions, i);
      g_autofree char *user = cf_display_text_one_line (cf_session_get_user (session));
      g_autofree char *place = dup_place (session);

      if (n == 1)
        return g_strdup_printf ("%s is signed in (%s)", user, place);
      g_string_append_printf (names, "%s%s (%s)", i > 0 ? ", " : "", user, place);
    }
  if (n > MAX_NAMED)
    g_string_append_printf (names, " and %u more", n - MAX_NAMED);
  return g_strconcat (names->str, " are signed in", NULL);
}
