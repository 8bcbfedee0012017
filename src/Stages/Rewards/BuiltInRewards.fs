/// The rewards that a configuration may name.
module Cppo.Stages.Rewards.BuiltInRewards

open Cppo.Stages

/// All of them; configurations, schema and help take their names from here.
let table: Table<RewardRule> =
    Table(
        "reward",
        (fun rule -> { Name = rule.Name; Doc = rule.Doc }),
        [| Accuracy.rule
           MathAccuracy.rule
           Format.rule
           TagCount.rule
           ReasoningSteps.rule
           Repetition.rule
           Cosine.rule
           Overlong.rule
           GroupLength.rule |]
    )
