namespace Cppo.Stages.Evaluation

/// One sample of a question, judged.
type JudgedSample =
    {
        /// Strict and lenient.
        Judgement: Judgement
        /// Its length, a stop token included.
        NumTokens: int
        /// It reached the maximal length.
        IsTruncated: bool
    }

/// What the samples of all questions come to, by one of the two judgements. All are means over questions.
type Scores =
    {
        /// The mean over questions of the share of right samples; with n samples also called avg@n.
        PassAtOne: Proportion
        /// For each k that was asked for and that is at most the number of samples, ascending.
        PassAtK: struct (int * Proportion)[]
        /// The share of questions whose most frequent answer is right.
        Majority: Proportion
    }

/// The numbers of an evaluation.
type EvaluationSummary =
    {
        /// Questions that were asked.
        NumQuestions: int
        /// Samples a question.
        NumSamples: int
        /// By the strict judgement.
        Strict: Scores
        /// By the lenient judgement.
        Lenient: Scores
        /// Share of samples that keep the format.
        Format: Proportion
        /// Share of samples that reached the maximal length.
        Truncated: Proportion
        /// Mean length of the samples.
        MeanTokens: float
        /// Samples whose judgement came to no verdict; they count as wrong.
        NumUndecided: int
    }

/// The questions with one label, such as a level or a subject.
type SummaryPart =
    {
        /// What the questions have in common.
        Label: string
        /// Questions with the label.
        NumQuestions: int
        /// pass@1 by the strict judgement.
        Strict: Proportion
        /// pass@1 by the lenient judgement.
        Lenient: Proportion
    }

/// Sums up the judged samples of an evaluation, shape [question][sample].
module Summary =

    let private shares (flag: JudgedSample -> bool) (questions: JudgedSample[][]) =
        questions |> Array.map (Array.map flag >> PassAtK.shareRight)

    let private isStrict (sample: JudgedSample) = sample.Judgement.IsStrictlyCorrect

    let private isLenient (sample: JudgedSample) = sample.Judgement.IsLenientlyCorrect

    let private passAt (k: int) (flag: JudgedSample -> bool) (questions: JudgedSample[][]) =
        questions
        |> Array.map (fun samples -> PassAtK.estimate samples.Length (samples |> Array.filter flag).Length k)

    let private majority (rule: JudgingRule) (answer: JudgedSample -> string) (flag: JudgedSample -> bool) (questions: JudgedSample[][]) =
        questions
        |> Array.map (fun samples ->
            match Majority.winner (Judge.areSame rule) (Array.map answer samples) with
            | -1 -> 0.0
            | winner -> if flag samples[winner] then 1.0 else 0.0)

    /// The columns of one judgement: pass@1, pass@k for each k, the majority.
    let private columns (rule: JudgingRule) (ks: int[]) answer flag (questions: JudgedSample[][]) : float[][] =
        [| shares flag questions
           for k in ks do
               passAt k flag questions
           majority rule answer flag questions |]

    let private scoresOf (ks: int[]) (proportions: Proportion[]) : Scores =
        { PassAtOne = proportions[0]
          PassAtK = ks |> Array.mapi (fun at k -> struct (k, proportions[at + 1]))
          Majority = proportions[ks.Length + 1] }

    /// The share of right samples of each question by the strict judgement.
    let strictShares (questions: JudgedSample[][]) : float[] = shares isStrict questions

    /// The share of right samples of each question by the lenient judgement.
    let lenientShares (questions: JudgedSample[][]) : float[] = shares isLenient questions

    /// All numbers. Every question must have the same number of samples, at least one; a k above that is left out. Intervals are
    /// bootstraps that `seed` fixes.
    let compute (rule: JudgingRule) (seed: uint64) (ks: int[]) (questions: JudgedSample[][]) : EvaluationSummary =
        let numSamples = if questions.Length = 0 then 0 else questions[0].Length

        if
            questions
            |> Array.exists (fun samples -> samples.Length <> numSamples || samples.Length = 0)
        then
            invalidArg (nameof questions) "Every question must have the same number of samples, at least one."

        let ks =
            ks
            |> Array.filter (fun k -> k > 1 && k <= numSamples)
            |> Array.distinct
            |> Array.sort

        let strict =
            columns rule ks (fun sample -> sample.Judgement.StrictAnswer) isStrict questions

        let lenient =
            columns rule ks (fun sample -> sample.Judgement.LenientAnswer) isLenient questions

        let others =
            [| shares (fun sample -> sample.Judgement.KeepsFormat) questions
               shares _.IsTruncated questions |]

        let all = Bootstrap.proportions seed (Array.concat [ strict; lenient; others ])
        let samples = Array.concat questions

        { NumQuestions = questions.Length
          NumSamples = numSamples
          Strict = scoresOf ks all[.. strict.Length - 1]
          Lenient = scoresOf ks all[strict.Length .. 2 * strict.Length - 1]
          Format = all[all.Length - 2]
          Truncated = all[all.Length - 1]
          MeanTokens =
            (if samples.Length = 0 then
                 0.0
             else
                 samples |> Array.averageBy (fun sample -> float sample.NumTokens))
          NumUndecided = (samples |> Array.filter _.Judgement.IsUndecided).Length }

    /// pass@1 of the questions of each label, in the labels' order as texts (numbers by value first).
    let parts (seed: uint64) (labels: string[]) (questions: JudgedSample[][]) : SummaryPart[] =
        let order (label: string) =
            match System.Int64.TryParse label with
            | true, number -> struct (0, number, label)
            | _ -> struct (1, 0L, label)

        Array.zip labels questions
        |> Array.groupBy fst
        |> Array.sortBy (fst >> order)
        |> Array.map (fun (label, members) ->
            let members = Array.map snd members

            let proportions =
                Bootstrap.proportions seed [| strictShares members; lenientShares members |]

            { Label = label
              NumQuestions = members.Length
              Strict = proportions[0]
              Lenient = proportions[1] })
