/// A penalty for repeated n-grams.
module internal Cppo.Stages.Rewards.Repetition

/// `repetition_penalty_reward` (Demystifying Long CoT, arXiv 2502.03373, appendix C.2; Open-R1's `get_repetition_penalty_reward`):
/// (1 - distinct n-grams / n-grams) * maxPenalty over the lower-cased words; 0 below n words, and 0, never -0, where nothing repeats.
/// Example: n 2, maxPenalty -1, "a b a b a" has 2 distinct of 4: -0.5.
let valueOf (ngram: int) (maxPenalty: float) (completion: string) : float =
    let struct (distinct, total) =
        Ngrams.count (max 1 ngram) (PythonText.lower completion)

    if distinct = total then
        0.0
    else
        (1.0 - float distinct / float total) * maxPenalty

let rule: RewardRule =
    RewardRule.OfText "repetition" "a penalty for repeated n-grams." (fun settings completion ->
        valueOf settings.RepetitionNgram settings.RepetitionMaxPenalty completion)
