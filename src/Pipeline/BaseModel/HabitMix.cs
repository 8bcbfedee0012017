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

/// <summary>How often habits occur in supervised examples, in proportion; a draw depends on their order.</summary>
internal sealed record HabitMix(params (Habit Habit, double Weight)[] Shares)
{
    /// <summary>Shares of all habits in the order of <see cref="Habit"/>.</summary>
    public static HabitMix Of(double direct, double reason, double unclosedThink, double noAnswerTags, double noThinkTags) =>
        new(
            (Habit.Direct, direct),
            (Habit.Reason, reason),
            (Habit.UnclosedThink, unclosedThink),
            (Habit.NoAnswerTags, noAnswerTags),
            (Habit.NoThinkTags, noThinkTags)
        );

    /// <summary>Draws a habit.</summary>
    public Habit Draw(Draws draws) => draws.Of(Shares);
}
