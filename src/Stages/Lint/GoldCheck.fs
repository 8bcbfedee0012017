/// Which gold answers the accuracy rewards can read. A gold answer that one of them cannot read is never rewarded by it, so training
/// leaves its question out.
module Cppo.Stages.Lint.GoldCheck

open Cppo.Stages.Math
open Cppo.Stages.Rewards

/// Why an accuracy reward cannot read a gold answer.
type GoldFault =
    {
        /// The name of the accuracy reward.
        Reward: string
        /// In words.
        Reason: string
    }

    /// The same for all golds of a reward, so that it can be counted.
    member fault.Kind = fault.Reward + " cannot read the gold answer"

/// The faults of a dataset row's answer, one at most for each accuracy reward that is configured; none where all can read it, and where
/// no accuracy is configured.
let faults (settings: RewardSettings) (answer: string) : GoldFault[] =
    settings.Rewards
    |> Array.choose (fun reward ->
        let fault =
            match BuiltInRewards.table.TryFind reward.Name |> ValueOption.map _.Value with
            | ValueSome(OfAnswer judge) -> judge.GoldFault answer
            | _ -> ValueNone

        match fault with
        | ValueSome reason ->
            Some
                { Reward = reward.Name
                  Reason = reason }
        | ValueNone -> None)
