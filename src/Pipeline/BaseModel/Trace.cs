namespace Cppo.Pipeline.BaseModel;

/// <summary>Supervised examples: a problem and a completion in some habit.</summary>
internal static class Trace
{
    /// <summary>Draws a habit for a problem, and in the second part a working, and renders the completion.</summary>
    /// <param name="task">The problem's task.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="isSchooling">Whether the example belongs to the first part.</param>
    /// <param name="draws">Where they are drawn from.</param>
    public static string Create(QuestionTask task, Problem problem, bool isSchooling, Draws draws)
    {
        var mixes = isSchooling ? task.Schooling.Habits : task.Everyday.Habits;
        var habit = mixes[problem.Manner].Draw(draws);
        return Render(task, isSchooling ? problem.Right : problem.Attempt(draws), habit);
    }

    /// <summary>The completion of a habit.</summary>
    public static string Render(QuestionTask task, Working working, Habit habit)
    {
        string reasoning = string.Concat(working.Lines.Select(line => line + "\n"));
        string shown = task.Show(working.Answer);
        string answer = $"<answer>\n{shown}\n</answer>";
        return habit switch
        {
            Habit.Direct => $"<think>\n</think>\n{answer}",
            Habit.Reason => $"<think>\n{reasoning}</think>\n{answer}",
            Habit.UnclosedThink => $"<think>\n{reasoning}{answer}",
            Habit.NoAnswerTags => $"<think>\n{reasoning}</think>\n{shown}",
            _ => $"{reasoning}{answer}",
        };
    }
}
