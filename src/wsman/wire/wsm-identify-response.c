/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-identify-response.h"

#include "wsm-xml.h"

G_DEFINE_BOXED_TYPE (WsmIdentifyResponse, wsm_identify_response, wsm_identify_response_copy,
                     wsm_identify_response_free)

static char **
dup_clean_strv (const char *const *texts)
{
  g_autoptr (GStrvBuilder) builder = NULL;

  if (texts == NULL)
    return NULL;

  builder = g_strv_builder_new ();
  for (; *texts != NULL; texts++)
    {
      g_autofree char *text = wsm_text_dup_clean (*texts);

      g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

/**
 * wsm_identify_response_new:
 * @product_vendor: (nullable): who made the service
 * @product_version: (nullable): free text
 * @security_profiles: (nullable) (array zero-terminated=1): profile URIs; %NULL tells none, as for
 *   a caller who has not signed in
 *
 * Returns: (transfer full): an answer to Identify with the protocol version that Curfew speaks
 */
WsmIdentifyResponse *
wsm_identify_response_new (const char *product_vendor, const char *product_version,
                           const char *const *security_profiles)
{
  WsmIdentifyResponse *self = g_new0 (WsmIdentifyResponse, 1);

  self->protocol_version = g_strdup (WSM_WSMAN_URI);
  self->product_vendor = wsm_text_dup_clean (product_vendor);
  self->product_version = wsm_text_dup_clean (product_version);
  self->security_profiles = dup_clean_strv (security_profiles);

  return self;
}

/**
 * wsm_identify_response_copy:
 * @self: an answer to Identify
 *
 * Returns: (transfer full): a deep copy, without the characters that XML cannot carry
 */
WsmIdentifyResponse *
wsm_identify_response_copy (const WsmIdentifyResponse *self)
{
  WsmIdentifyResponse *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (WsmIdentifyResponse, 1);
  copy->protocol_version = wsm_text_dup_clean (self->protocol_version);
  copy->product_vendor = wsm_text_dup_clean (self->product_vendor);
  copy->product_version = wsm_text_dup_clean (self->product_version);
  copy->security_profiles = dup_clean_strv ((const char *const *) self->security_profiles);

  return copy;
}

/**
 * wsm_identify_response_free:
 * @self: (transfer full): an answer to Identify
 */
void
wsm_identify_response_free (WsmIdentifyResponse *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->protocol_version);
  g_free (self->product_vendor);
  g_free (self->product_version);
  g_strfreev (self->security_profiles);
  g_free (self);
}
