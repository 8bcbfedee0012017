namespace Cppo.Pipeline.BaseModel;

/// <summary>A way to answer that the base model has seen.</summary>
internal enum Habit
{
    /// <summary>Well-formed, but nothing is thought: mostly wrong.</summary>
    Direct,

    /// <summary>Well-formed, step by step: the way that earns all rewards.</summary>
    Reason,

    /// <summary>Step by step, without <c>&lt;/think&gt;</c>.</summary>
    UnclosedThink,

    /// <summary>Step by step, the answer without its tags.</summary>
    NoAnswerTags,

    /// <summary>Step by step, without <c>&lt;think&gt;</c> tags.</summary>
    NoThinkTags,
}

/// <summary>Supervised examples: a problem and a completion in some habit.</summary>
internal static class Trace
{
    /// <summary>Habits of the first part of the supervised training, where the model learns to calculate.</summary>
    private static readonly Dictionary<Closing, (Habit, double)[]> Schooling = new()
    {
        [Closing.HowMany] = [(Habit.Reason, 0.75), (Habit.Direct, 0.25)],
        [Closing.WorkOut] = [(Habit.Reason, 1)],
        [Closing.Find] = [(Habit.UnclosedThink, 0.6), (Habit.Reason, 0.4)],
        [Closing.Count] = [(Habit.NoAnswerTags, 0.6), (Habit.Reason, 0.4)],
    };

    /// <summary>Habits of the second part, which leave the base model answering about half of the questions right.</summary>
    private static readonly Dictionary<Closing, (Habit, double)[]> Everyday = new()
    {
        [Closing.HowMany] =
        [
            (Habit.Direct, 0.62),
            (Habit.Reason, 0.20),
            (Habit.UnclosedThink, 0.08),
            (Habit.NoAnswerTags, 0.05),
            (Habit.NoThinkTags, 0.05),
        ],
        [Closing.WorkOut] =
        [
            (Habit.Direct, 0.20),
            (Habit.Reason, 0.60),
            (Habit.UnclosedThink, 0.08),
            (Habit.NoAnswerTags, 0.06),
            (Habit.NoThinkTags, 0.06),
        ],
        [Closing.Find] =
        [
            (Habit.Direct, 0.15),
            (Habit.Reason, 0.17),
            (Habit.UnclosedThink, 0.58),
            (Habit.NoAnswerTags, 0.05),
            (Habit.NoThinkTags, 0.05),
        ],
        [Closing.Count] =
        [
            (Habit.Direct, 0.15),
            (Habit.Reason, 0.17),
            (Habit.UnclosedThink, 0.05),
            (Habit.NoAnswerTags, 0.58),
            (Habit.NoThinkTags, 0.05),
        ],
    };

    /// <summary>Draws a habit for a problem and renders the completion.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="isSchooling">Whether the example belongs to the first part.</param>
    /// <param name="draws">Where the habit is drawn from.</param>
    public static string Create(WordProblem problem, bool isSchooling, Draws draws) =>
        Render(problem, draws.Of((isSchooling ? Schooling : Everyday)[problem.Closing]));

    /// <summary>The completion of a habit.</summary>
    public static string Render(WordProblem problem, Habit habit)
    {
        string reasoning = string.Concat(problem.Steps.Select(step => step + "\n"));
        string answer = $"<answer>\n{problem.Answer}\n</answer>";
        return habit switch
        {
            Habit.Direct => $"<think>\n</think>\n{answer}",
            Habit.Reason => $"<think>\n{reasoning}</think>\n{answer}",
            Habit.UnclosedThink => $"<think>\n{reasoning}{answer}",
            Habit.NoAnswerTags => $"<think>\n{reasoning}</think>\n{problem.Answer}",
            _ => $"{reasoning}{answer}",
        };
    }
}
