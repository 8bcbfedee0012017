namespace Cppo.Stages.Math

/// What an answer is looked for as.
type AnswerTarget =
    /// Boxes and LaTeX between delimiters.
    | Latex
    /// Plain numbers and arithmetic.
    | Plain
    /// One of these strings, as in multiple choice.
    | Choice of strings: string[]

/// How a completion is compared with a gold answer.
type VerifySettings =
    {
        /// What is looked for in the completion.
        Targets: AnswerTarget[]
        /// What is looked for in the gold answer.
        GoldTargets: AnswerTarget[]
        /// 0: a box counts as much as "final answer is ... I hope"; 50: as "final answer is"; negative: boxes do not count.
        BoxedPriority: int
        /// Where the completion has `<answer>`, only the last one is read; likewise what follows the last `####`.
        ReadsAnswerTag: bool
        /// Names of variables matter; otherwise they are matched in order of appearance.
        Strict: bool
        /// Decimals to which numbers with a decimal point are compared.
        FloatRounding: int
        /// Digits to which values without an exact form are compared, where fewer than 15; else 36.
        NumericPrecision: int
        /// An inequality may answer where a set is asked; a set may always answer where an inequality is asked.
        AllowSetRelation: bool
        /// The work that one verification may cost; a step is about a microsecond.
        MaxSteps: int
    }

    /// Everything is looked for, boxes first, with 20,000 steps.
    static member Default =
        { Targets = [| Latex; Plain |]
          GoldTargets = [| Latex; Plain |]
          BoxedPriority = 0
          ReadsAnswerTag = true
          Strict = true
          FloatRounding = 6
          NumericPrecision = 15
          AllowSetRelation = true
          MaxSteps = 20000 }

/// The judgement of one completion.
type VerifyResult =
    /// Both are the same mathematics.
    | Equal
    /// They are not.
    | Different
    /// The work ran out, a side could not be read, or has no value. Earns nothing.
    | Undecided

/// A judgement with what it rests on.
type Verdict =
    {
        /// Of the comparison.
        Result: VerifyResult
        /// Whether the gold answer could be read as mathematics or words.
        IsGoldReadable: bool
        /// What was taken for the gold answer; empty where nothing was.
        ExtractedGold: string
        /// What was taken for the answer; empty where nothing was.
        ExtractedAnswer: string
        /// Which rule decided, in words.
        Reason: string
    }
