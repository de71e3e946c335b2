/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cf-contact-book.h"

struct _CfContactBook
{
  CfContact *nobody;       /* (owned) */
  const CfSignIn *sign_in; /* (unowned) */
  const GPtrArray *saved;  /* (unowned) (element-type CfSavedPassword) */
  CfAskPassword ask;
  gpointer user_data;

  CfContact *common;    /* (owned) (nullable): of whoever was named */
  WsmSecret *password;  /* (owned) (nullable): what was answered */
  GHashTable *by_saved; /* (owned): CfSavedPassword of @saved → CfContact */
};

/**
 * cf_contact_book_new:
 * @nobody: how hosts are contacted without signing in
 * @sign_in: who signs in, resolved; has to live as long as the book
 * @saved: (element-type CfSavedPassword): what was saved; has to live as long as the book. Empty if
 *   a password is at hand
 * @ask: gives the password, if it is needed
 * @user_data: for @ask
 *
 * Returns: (transfer full): a new book
 */
CfContactBook *
cf_contact_book_new (CfContact *nobody, const CfSignIn *sign_in, const GPtrArray *saved,
                     CfAskPassword ask, gpointer user_data)
{
  CfContactBook *self;

  g_return_val_if_fail (nobody != NULL && sign_in != NULL && saved != NULL, NULL);
  g_return_val_if_fail (ask != NULL, NULL);

  self = g_new0 (CfContactBook, 1);
  self->nobody = cf_contact_ref (nobody);
  self->sign_in = sign_in;
  self->saved = saved;
  self->ask = ask;
  self->user_data = user_data;
  self->by_saved = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) cf_contact_unref);
  return self;
}

/**
 * cf_contact_book_free:
 * @self: (transfer full): a book
 */
void
cf_contact_book_free (CfContactBook *self)
{
  g_return_if_fail (self != NULL);

  cf_contact_unref (self->nobody);
  g_clear_pointer (&self->common, cf_contact_unref);
  g_clear_pointer (&self->password, wsm_secret_unref);
  g_hash_table_unref (self->by_saved);
  g_free (self);
}

static CfContact *
get_common (CfContactBook *self, GError **error)
{
  g_autoptr (WsmCredential) credential = NULL;

  if (self->common != NULL)
    return self->common;
  if (cf_sign_in_get_proof (self->sign_in) == CF_SIGN_IN_BY_PASSWORD && self->password == NULL)
    {
      self->password = self->ask (cf_sign_in_get_user (self->sign_in), self->user_data, error);
      if (self->password == NULL)
        return NULL;
    }
  credential = cf_sign_in_make_credential (self->sign_in, self->password, error);
  if (credential != NULL)
    self->common = cf_contact_new_as (self->nobody, credential, FALSE);
  return self->common;
}

/* As it was saved, or as somebody says now. */
static WsmCredential *
make_saved_credential (CfContactBook *self, const CfSavedPassword *saved, GError **error)
{
  gboolean is_named = cf_sign_in_get_user (self->sign_in) != NULL;
  CfSignInOptions options = {
    .method = is_named ? cf_sign_in_get_method (self->sign_in) : saved->method,
    .user = saved->user,
    .has_password = TRUE,
    .is_saved = TRUE,
  };
  g_autoptr (CfSignIn) sign_in = cf_sign_in_new (&options, error);

  if (sign_in == NULL || !cf_sign_in_resolve (sign_in, NULL, error))
    return NULL;
  return cf_sign_in_make_credential (sign_in, saved->password, error);
}

static CfContact *
get_saved (CfContactBook *self, const CfSavedPassword *saved, GError **error)
{
  CfContact *contact = g_hash_table_lookup (self->by_saved, saved);
  g_autoptr (WsmCredential) credential = NULL;

  if (contact != NULL)
    return contact;
  credential = make_saved_credential (self, saved, error);
  if (credential == NULL)
    return NULL;
  contact = cf_contact_new_as (self->nobody, credential, TRUE);
  g_hash_table_insert (self->by_saved, (gpointer) saved, contact);
  return contact;
}

/**
 * cf_contact_book_look_up:
 * @self: a book
 * @endpoint: a host
 * @error: what keeps from signing in anywhere, or what the asking function said
 *
 * Hosts at which the same person signs in share one contact, and so one ticket.
 *
 * Returns: (transfer full): how @endpoint is contacted; %NULL with @error set otherwise
 */
CfContact *
cf_contact_book_look_up (CfContactBook *self, WsmEndpoint *endpoint, GError **error)
{
  g_autofree char *realm = NULL;
  const CfSavedPassword *saved = NULL;
  CfSignInProof proof;
  CfContact *contact;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (endpoint != NULL, NULL);

  realm = cf_sign_in_dup_realm (self->sign_in);
  proof = cf_sign_in_get_proof (self->sign_in);
  if (proof == CF_SIGN_IN_BY_NOTHING || proof == CF_SIGN_IN_BY_PASSWORD)
    saved = cf_keyring_find (self->saved, wsm_endpoint_get_host (endpoint), NULL,
                             cf_sign_in_get_user (self->sign_in), realm);
  if (saved != NULL)
    contact = get_saved (self, saved, error);
  else if (proof == CF_SIGN_IN_BY_NOTHING)
    contact = self->nobody;
  else
    contact = get_common (self, error);
  return contact != NULL ? cf_contact_ref (contact) : NULL;
}

/**
 * cf_contact_book_get_password:
 * @self: a book
 *
 * Returns: (transfer none) (nullable): the password that was asked for; %NULL if it was not needed
 */
WsmSecret *
cf_contact_book_get_password (CfContactBook *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->password;
}
