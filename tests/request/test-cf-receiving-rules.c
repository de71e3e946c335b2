/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "request-oracle.h"
#include "request/cf-receiving-rules.h"

static const CfReceiverState states[] = { CF_RECEIVER_IDLE, CF_RECEIVER_PENDING,
                                          CF_RECEIVER_EXECUTING };

/* All that a receiver can know: @number is 0 … 47. */
#define N_FACTS 48
static CfReceiverFacts
facts_of (guint number)
{
  return (CfReceiverFacts){
    .caller_may = number & 1,
    .users_logged_on = (number >> 1) & 1,
    .action_supported = (number >> 2) & 1,
    .state = states[(number >> 3) % 3],
    .not_now = number >= 24 ? 170 : 0,
  };
}

static CfShutdownRequest *
receive (guint32 flags)
{
  g_autoptr (CfShutdownRequestBuilder) builder = cf_shutdown_request_builder_new ();

  cf_shutdown_request_builder_add_flags (builder, flags);
  return cf_shutdown_request_builder_end_received (builder, NULL);
}

/* shutdown-semantics.md section 1.5 as rows: the first that matches answers. '1' and '0' are
 * demanded, '.' is either; the state is one of i, p, x. */
static const struct
{
  const char *caller_users_supported;
  char state;
  const char *a_e; /* flags A and E */
  guint code;
} initiate_rows[] = {
  { "0..", '.', "..", 53 },   { ".1.", '.', "0.", 1191 }, { "...", 'x', "..", 1115 },
  { "...", 'p', ".0", 1190 }, { "..0", '.', "..", 50 },   { "...", '.', "..", 0 },
};

static gboolean
matches (char demanded, gboolean fact)
{
  return demanded == '.' || (demanded == '1') == (fact != FALSE);
}

static guint
oracle_initiate (guint byte, const CfReceiverFacts *facts)
{
  for (gsize i = 0; i < G_N_ELEMENTS (initiate_rows); i++)
    if (matches (initiate_rows[i].caller_users_supported[0], facts->caller_may) &&
        matches (initiate_rows[i].caller_users_supported[1], facts->users_logged_on) &&
        matches (initiate_rows[i].caller_users_supported[2], facts->action_supported) &&
        (initiate_rows[i].state == '.' || initiate_rows[i].state == "ipx"[facts->state]) &&
        matches (initiate_rows[i].a_e[0], byte & BIT_A) &&
        matches (initiate_rows[i].a_e[1], byte & BIT_E))
      /* what stands against anything at all comes before what this machine cannot do */
      return initiate_rows[i].code == 50 || initiate_rows[i].code == 0
               ? (facts->not_now != 0 ? facts->not_now : initiate_rows[i].code)
               : initiate_rows[i].code;
  g_assert_not_reached ();
}

static void
test_all (void)
{
  g_test_summary ("Every flag byte meets every state of the receiver as the table says");

  for (guint byte = 0; byte <= 0xFF; byte++)
    {
      g_autoptr (CfShutdownRequest) request = receive (byte);

      for (guint i = 0; i < N_FACTS; i++)
        {
          CfReceiverFacts facts = facts_of (i);

          g_assert_cmpuint (cf_receiving_rules_decide_initiate (request, &facts), ==,
                            oracle_initiate (byte, &facts));
        }
    }
}

static void
test_conceals (void)
{
  g_test_summary ("Who may not gets 53, whatever is the case: no other fact shows through");

  g_autoptr (CfShutdownRequest) gentle = receive (0x04);
  g_autoptr (CfShutdownRequest) forced = receive (0x25);

  for (guint i = 0; i < N_FACTS; i++)
    {
      CfReceiverFacts facts = facts_of (i);

      facts.caller_may = FALSE;
      g_assert_cmpuint (cf_receiving_rules_decide_initiate (gentle, &facts), ==, 53);
      g_assert_cmpuint (cf_receiving_rules_decide_initiate (forced, &facts), ==, 53);
      g_assert_cmpuint (cf_receiving_rules_decide_abort (&facts), ==, 53);
    }
}

static void
test_scenes (void)
{
  g_test_summary ("The scenes that people know");

  static const struct
  {
    guint byte;
    CfReceiverFacts facts; /* may, users, supported, state */
    guint code;
  } scenes[] = {
    { 0x04, { TRUE, FALSE, TRUE, CF_RECEIVER_IDLE }, 0 },
    { 0x04, { TRUE, TRUE, TRUE, CF_RECEIVER_IDLE }, 1191 },
    { 0x05, { TRUE, TRUE, TRUE, CF_RECEIVER_IDLE }, 0 },
    { 0x04, { TRUE, FALSE, TRUE, CF_RECEIVER_PENDING }, 1190 },
    { 0x04, { TRUE, TRUE, TRUE, CF_RECEIVER_PENDING }, 1191 },
    { 0x24, { TRUE, FALSE, TRUE, CF_RECEIVER_PENDING }, 0 },
    { 0x24, { TRUE, TRUE, TRUE, CF_RECEIVER_PENDING }, 1191 },
    { 0x25, { TRUE, TRUE, TRUE, CF_RECEIVER_EXECUTING }, 1115 },
    { 0x10, { TRUE, FALSE, FALSE, CF_RECEIVER_IDLE }, 50 },
    { 0x10, { TRUE, FALSE, FALSE, CF_RECEIVER_PENDING }, 1190 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (scenes); i++)
    {
      g_autoptr (CfShutdownRequest) request = receive (scenes[i].byte);

      g_assert_cmpuint (cf_receiving_rules_decide_initiate (request, &scenes[i].facts), ==,
                        scenes[i].code);
    }
}

static void
test_abort (void)
{
  g_test_summary ("Only a countdown is called off: idle is 1116, what has begun is 1115");

  static const guint codes[] = { 1116, 0, 1115 };

  for (guint i = 0; i < N_FACTS; i++)
    {
      CfReceiverFacts facts = facts_of (i);

      g_assert_cmpuint (cf_receiving_rules_decide_abort (&facts), ==,
                        facts.caller_may ? codes[facts.state] : 53);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request/receiving-rules/every-byte-and-state-as-the-table-says", test_all);
  g_test_add_func ("/request/receiving-rules/without-permission-nothing-shows", test_conceals);
  g_test_add_func ("/request/receiving-rules/known-scenes", test_scenes);
  g_test_add_func ("/request/receiving-rules/only-a-countdown-is-called-off", test_abort);

  return g_test_run ();
}
