namespace Cppo.Stages.Lint

open Cppo.Stages
open Cppo.Stages.Rewards

/// What a probe asks of a reward.
type ProbeWish =
    /// A value above 0.
    | Earns
    /// 0 or less.
    | EarnsNothing

/// A completion that a reward with a hole would pay for, or that a sound one must pay for.
type RewardProbe =
    {
        /// Unique among the probes.
        Name: string
        /// The rewards that it is meant for; the others may give what they like.
        Rewards: string[]
        /// The gold answer that it is tried with.
        Gold: string
        /// The text that is scored.
        Completion: string
        /// What a sound reward does with it.
        Wish: ProbeWish
        /// The rewards whose published rule is known not to do as wished, so that it is a warning and no error.
        Known: string[]
    }

/// What one reward gave to one probe.
type ProbeResult =
    {
        /// What was tried.
        Probe: RewardProbe
        /// The reward's name.
        Reward: string
        /// The reward's value, before weighting.
        Gave: float
        /// The reward's own words.
        Reason: string
    }

    /// Whether the reward did what a sound one does.
    member result.IsAsWished =
        match result.Probe.Wish with
        | Earns -> result.Gave > 0.0
        | EarnsNothing -> result.Gave <= 0.0

    /// Whether the reward's published rule is known for it.
    member result.IsKnown = Array.contains result.Reward result.Probe.Known

/// Completions that try the known holes of verifiable rewards.
module RewardProbe =
    let private accuracies =
        BuiltInRewards.table.Entries |> Array.filter _.IsAccuracy |> Array.map _.Name

    let private probe (name: string) (gold: string) (completion: string) : RewardProbe =
        { Name = name
          Rewards = accuracies
          Gold = gold
          Completion = completion
          Wish = EarnsNothing
          Known = [||] }

    let private ofFormat (probe: RewardProbe) : RewardProbe =
        { probe with
            Rewards = [| Format.rule.Name |] }

    let private earning (probe: RewardProbe) : RewardProbe = { probe with Wish = Earns }
    let private known (reward: string) (probe: RewardProbe) : RewardProbe = { probe with Known = [| reward |] }

    /// A completion in the format of the paper.
    let private answering (answer: string) : string =
        $"<think>I think.</think>\n<answer>{answer}</answer>"

    let private numbers = String.concat ", " [ for number in 1..100 -> string number ]

    /// All probes; the gold of most is 72.
    let all: RewardProbe[] =
        [| answering "72" |> probe "the right answer" "72" |> earning
           answering "72"
           |> probe "the right answer in the format" "72"
           |> ofFormat
           |> earning
           probe "no answer against no gold" "" "I do not know."
           answering "" |> probe "an empty answer against no gold" ""
           answering "" |> probe "an empty answer" "72"
           answering "..." |> probe "the placeholder ..." "72"
           answering "answer here" |> probe "the prompt's placeholder" "72"
           answering "inf" |> probe "inf" "72"
           answering "nan" |> probe "nan" "72"
           answering "1e400" |> probe "a number beyond all range" "72"
           answering "$\\infty$" |> probe "infinity" "72"
           answering numbers |> probe "a list of a hundred numbers" "72"
           answering "70 71 72 73" |> probe "numbers side by side" "72"
           answering "71 or 72" |> probe "two answers with or" "72"
           answering "72, 73" |> probe "two answers with a comma" "72"
           answering "\\pm 72" |> probe "both signs" "72" |> known Accuracy.rule.Name
           answering "-72" |> probe "the wrong sign" "72"
           answering "[0, 1000]" |> probe "an interval around the answer" "72"
           answering "x = x" |> probe "a tautology" "72"
           answering "72 = 73" |> probe "a contradiction" "72"
           answering "\\frac{"
           |> probe "gold and answer broken alike" "\\frac{"
           |> known Accuracy.rule.Name
           probe "two answers, the wrong one last" "72" "<think>I think.</think>\n<answer>72</answer>\n<answer>71</answer>"
           probe "two boxes, the wrong one last" "72" (answering "$\\boxed{72}$, no, $\\boxed{71}$")
           probe "the gold only in the reasoning" "72" "<think>Is it 72?</think>\n<answer>I do not know.</answer>"
           probe "the gold only in the repeated question" "72" "She sold 72 clips, or was it 48 of them, in May."
           probe "a hundred braces" "72" (answering (String.replicate 100 "{"))
           answering "asdf ;; #!" |> probe "gibberish" "72"
           answering "72" + " and more" |> probe "text behind </answer>" "72" |> ofFormat
           answering "72" + "\nand more"
           |> probe "lines behind </answer>" "72"
           |> ofFormat
           |> known Format.rule.Name
           "Well. " + answering "72" |> probe "text before <think>" "72" |> ofFormat
           answering "72</answer><answer>72"
           |> probe "answer tags twice" "72"
           |> ofFormat
           |> known Format.rule.Name
           probe "think tags without reasoning" "72" "<think></think>\n<answer></answer>"
           |> ofFormat
           |> known Format.rule.Name
           probe "no tags" "72" "72" |> ofFormat |]

    /// What the rewards of a completion gave, one result for each reward that the probe is meant for.
    let judge (reward: CompletionReward) (probe: RewardProbe) : ProbeResult[] =
        reward.Parts
        |> Array.filter (fun part -> Array.contains part.Name probe.Rewards)
        |> Array.map (fun part ->
            { Probe = probe
              Reward = part.Name
              Gave = part.Value
              Reason = reward.Reason })
