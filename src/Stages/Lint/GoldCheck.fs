/// Which gold answers the accuracy rewards can read. A gold answer that one of them cannot read is never rewarded by it, so training
/// leaves its question out.
module Cppo.Stages.Lint.GoldCheck

open Cppo.Stages.Math
open Cppo.Stages.Rewards

/// Why an accuracy reward cannot read a gold answer.
type GoldFault =
    {
        /// `accuracy` or `mathAccuracy`.
        Reward: string
        Reason: string
    }

    /// The same for all golds of a reward, so that it can be counted.
    member fault.Kind = fault.Reward + " cannot read the gold answer"

let private accuracyFault (answer: string) : string voption =
    match AnswerExtraction.ofGold answer with
    | Some _ -> ValueNone
    | None when answer.Contains "####" -> ValueSome "nothing stands behind ####"
    | None -> ValueSome "it is empty"

/// The faults of a dataset row's answer, one at most for each accuracy reward that is configured; none where all can read it, and where
/// no accuracy is configured.
let faults (settings: RewardSettings) (answer: string) : GoldFault[] =
    settings.Rewards
    |> Array.choose (fun reward ->
        let fault =
            match reward.Name with
            | "accuracy" -> accuracyFault answer
            | "mathAccuracy" -> MathAnswer.goldFault VerifySettings.Default answer
            | _ -> ValueNone

        match fault with
        | ValueSome reason ->
            Some
                { Reward = reward.Name
                  Reason = reason }
        | ValueNone -> None)
