/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsm-fault-private.h"

#include <string.h>

/* What a plug-in may say of itself. A fault has to fit into the smallest envelope that is allowed,
 * in UTF-16 as well. */
#define MAX_REASON  1024u
#define MAX_CONTENT 2048u

#define CODE_FAILURE 1359u /* what 0 becomes: a failure that says it was none */

/* Only words: subcode and FaultDetail come from the kind of fault that the code means. */
static const struct
{
  guint32 code;
  const char *sentence;
} sentences[] = {
  { 2, "The file was not found; check its name." },
  { 5, "The account has no permission for this; ask the administrator of the computer." },
  { 8, "The computer has not enough memory for this; try again later." },
  { 14, "The computer has not enough memory for this; try again later." },
  { 31, "The part of the service that answers this does not work; ask the administrator of the "
        "computer to look into its log." },
  { 50, "The service does not support this; ask for something else." },
  { 87, "A parameter of the request is not valid; correct it." },
  { 995, "The operation was stopped before it was done, since the shell or the service is ending; "
         "try again." },
  { 1115, "The computer is shutting down, so the request came too late." },
  { 1223, "The operation was cancelled." },
  { 1359,
    "The service failed inside; ask the administrator of the computer to look into its log." },
  { 4317, "The operation does not fit the state of things; look at that first." },
  { 0x80338000, "The service has no such resource; check its URI and its selectors." },
  { 0x80338003, "The plug-in that answers this resource failed; ask the administrator of the "
                "computer to look into its log." },
  { 0x80338013, "The resource does not know this action; check the action." },
  { 0x80338026, "The request is too large for the service; send a smaller one." },
  { 0x80338027, "The body of the request does not fit its action; correct it." },
  { 0x80338029, "The operation took longer than the request allows; ask again." },
  { 0x80338032, "Another operation is running that this one has to wait for; try again later." },
  { 0x80338039, "An option of the request is not valid; correct it or leave it out." },
  { 0x8033803a, "A parameter of the request is not valid; correct it." },
  { 0x8033803b, "The service does not know this resource URI; check it." },
  { 0x8033803d, "The selectors of the request are not valid; correct them." },
  { 0x8033803f, "The service has reached a limit; wait and try again." },
  { 0x80338041, "The body of the request is not as it should be; correct it." },
  { 0x80338042, "The service does not have this feature; ask without it." },
  { 0x80338047, "The answer is larger than the request allows; allow a larger one." },
  { 0x80338051, "The resource takes no options; leave them out." },
  { 0x80338052, "The resource does not know an option of the request; leave it out." },
  { 0x80338053, "The value of an option of the request is not valid; correct it." },
  { 0x8033805a, "The request has not all selectors that the resource needs; add them." },
  { 0x8033805b, "The selectors name nothing that exists; what they named may have ended." },
  { 0x8033805c, "The value of a selector is of the wrong type; correct it." },
  { 0x8033805d, "The value of a selector is not valid; correct it." },
  { 0x80338083, "The plug-in that answers this resource has failed; ask the administrator of the "
                "computer to look into its log." },
  { 0x8033809a, "The plug-in that answers this resource could not be loaded; ask the administrator "
                "of the computer to look into its log." },
  { 0x803380ef, "The operation ended without a result." },
  { 0x8033818b, "The shell has no input stream of this name; use one that it was created with." },
  { 0x8033818d, "The shell has no output stream of this name; ask for those that it was created "
                "with." },
  { 0x80338190, "The configuration of the plug-in is broken; ask the administrator of the computer "
                "to look into its log." },
  { 0x803381a5, "The account has as many shells as it may have; delete one and try again." },
  { 0x803381a6, "The account has as many operations open as it may have; wait for one to end." },
  { 0x803381a7, "As many accounts use the service as may use it at once; try again later." },
  { 0x803381a8, "The service has as many operations open as it may have; try again later." },
  { 0x803381ab, "The service has as many users of shells as it may have; try again later." },
  { 0x803381ac, "Remote shells are not allowed on this computer; ask its administrator." },
  { 0x803381c4, "The shell is disconnected; connect to it first." },
  { 0x803381cc, "The command was terminated." },
  { 0x803381de, "The stream is disconnected; connect to the shell first." },
};

/* FaultDetail where a code says more than its kind; NULL for none. */
static const struct
{
  guint32 code;
  const char *detail;
} details[] = {
  { 0x80338039, NULL },           { 0x8033803d, NULL },           { 0x80338052, "InvalidName" },
  { 0x80338053, "InvalidValue" }, { 0x8033805c, "TypeMismatch" }, { 0x8033805d, "InvalidValue" },
};

static char *
dup_sentence (guint32 code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].code == code)
      return g_strdup (sentences[i].sentence);

  if (code < 0x10000)
    return g_strdup_printf ("The operation failed with the Win32 error %u; look up its meaning.",
                            code);

  return g_strdup_printf ("The operation failed with the error 0x%08X; look up its meaning.", code);
}

static const char *
find_detail (WsmFaultKind kind, guint32 code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (details); i++)
    if (details[i].code == code)
      return details[i].detail;

  return wsm_fault_get_default_detail (kind);
}

/* Text of a plug-in for people, of a length that leaves room for the rest. */
static char *
dup_cut (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  const char *end = valid + MAX_REASON;

  if (strlen (valid) <= MAX_REASON)
    return g_steal_pointer (&valid);
  if (((guchar) *end & 0xc0) == 0x80)
    end = g_utf8_find_prev_char (valid, end);

  return g_strdup_printf ("%.*s…", (int) (end - valid), valid);
}

static char *
dup_content (const char *text)
{
  const char *start = text + strspn (text, " \t\r\n");

  if (*start != '<' || strlen (text) > MAX_CONTENT)
    return NULL;

  return wsm_xml_dup_content (text, NULL);
}

/**
 * wsm_fault_new_for_code:
 * @code: what went wrong: a Win32 code, an HRESULT or an ERROR_WSMAN_… code
 * @provider: (nullable): the display name of the plug-in that says so
 * @extended_information: (nullable): text for people, or well-formed XML, from the plug-in; any
 *   octets
 *
 * Makes a fault of what a plug-in answered. @code decides what kind of fault it is and is sent as
 * it is; a code that means nothing particular is an internal error, and 0 becomes 1359. Text is the
 * reason; at most 1024 octets of it are sent. XML of at most 2048 octets is sent as f:ProviderFault
 * (winrm-wire-protocol.md, section 4.1) with our sentence as the reason; broken or longer XML
 * counts as text.
 *
 * Returns: (transfer full): the fault
 */
WsmFault *
wsm_fault_new_for_code (guint32 code, const char *provider, const char *extended_information)
{
  WsmFaultKind kind;
  g_autofree char *content = NULL;
  g_autofree char *reason = NULL;

  if (code == 0)
    code = CODE_FAILURE;
  kind = wsm_fault_kind_from_code (code);
  if (kind == WSM_FAULT_OTHER)
    kind = WSM_FAULT_INTERNAL_ERROR;

  if (extended_information != NULL && *extended_information != '\0')
    {
      content = dup_content (extended_information);
      if (content == NULL)
        reason = dup_cut (extended_information);
    }
  if (reason == NULL)
    reason = dup_sentence (code);

  return wsm_fault_new_from_provider (kind, code, find_detail (kind, code), reason, provider,
                                      content);
}
