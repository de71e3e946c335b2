/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wire-messages.h"

/* Bodies of shell operations, written by hand. */
#define SHELL_URI  "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define RSP        " xmlns:rsp=\"" SHELL_URI "\""
#define CREATE_URI "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create"
#define SHELL_ID   "3F6A1D90-2B11-4C7E-A0C4-7D5E00B1F208"
#define COMMAND_ID "91C5A0B7-4D0F-4E26-8D6A-2B7CDE5AF109"

#define H_SHELL(action)                                                                            \
  H_TO "<w:ResourceURI s:mustUnderstand=\"true\">" SHELL_URI "/cmd</w:ResourceURI>" H_REPLY_TO     \
       "<a:Action s:mustUnderstand=\"true\">" action "</a:Action>" H_MESSAGE_ID                    \
       "<w:SelectorSet><w:Selector Name=\"ShellId\">" SHELL_ID "</w:Selector></w:SelectorSet>"
#define SHELL_REQUEST(operation, body) MESSAGE (H_SHELL (SHELL_URI "/" operation), body)
#define SHELL_CREATE(inside)                                                                       \
  MESSAGE (H_SHELL (CREATE_URI), "<rsp:Shell" RSP ">" inside "</rsp:Shell>")
#define SHELL_ANSWER(operation, body)                                                              \
  MESSAGE ("<a:Action>" SHELL_URI "/" operation "Response</a:Action>"                              \
           "<a:RelatesTo>" MESSAGE_ID "</a:RelatesTo>",                                            \
           body)

/* A request that is in order. */
static inline WsmEnvelope *
parse_request (const char *xml)
{
  WsmEnvelope *envelope = parse_ok (xml);
  g_autoptr (WsmFault) fault = wsm_envelope_check_request (envelope);

  g_assert_cmpstr (fault != NULL ? wsm_fault_get_reason (fault) : NULL, ==, NULL);
  g_assert_cmpint (wsm_envelope_get_body_kind (envelope), ==, WSM_BODY_SHELL);

  return envelope;
}

/* A request that can be read but not be done. */
static inline char *
get_refusal (const char *xml, WsmFaultKind kind)
{
  g_autoptr (WsmEnvelope) envelope = parse_ok (xml);
  g_autoptr (WsmFault) fault = wsm_envelope_check_request (envelope);
  g_autoptr (WsmEnvelope) again = pass_on (envelope);

  g_assert_nonnull (fault);
  g_assert_cmpint (wsm_fault_get_kind (fault), ==, kind);

  return g_strdup (wsm_fault_get_reason (fault));
}
