using Cppo.Stages;

namespace Cppo.Model.Training;

/// <summary>A loss or a gradient is not a finite number; the weights were left as they were before the step.</summary>
public sealed class NonFiniteUpdateException : Exception
{
    private const int MostQuestions = 20;

    /// <summary>Creates the exception.</summary>
    public NonFiniteUpdateException(string message)
        : base(message) { }

    /// <summary>The exception of an update, which names the questions of its batch.</summary>
    /// <param name="batch">What was trained on.</param>
    /// <param name="pass">The pass over it, from 0.</param>
    /// <param name="loss">The loss in nats.</param>
    /// <param name="norm">The gradient's L2 norm.</param>
    /// <param name="isFirst">Whether no step was taken since the model was loaded, so that nothing here can have spoilt it.</param>
    internal static NonFiniteUpdateException Of(TrainingBatch batch, int pass, double loss, double norm, bool isFirst)
    {
        string[] ids =
        [
            .. batch
                .MicroBatches.SelectMany(device => device)
                .SelectMany(microBatch => microBatch.Samples)
                .Select(sample => sample.Group)
                .Distinct()
                .Order()
                .Select(group => batch.Groups[group].Advantaged.Scored.Rollout.Question.Id),
        ];
        string more = ids.Length > MostQuestions ? $" and {ids.Length - MostQuestions} more" : "";
        string remedy = isFirst
            ? "It was the first since the model was loaded, so the model itself may be at fault: see what `generate` makes of it, or take "
                + "another one."
            : "Try a smaller update.learningRate or objective.epsilon.";
        return new(
            $"Update {batch.Index}, pass {pass}: the loss is {loss} and the gradient norm {norm} on the questions "
                + $"{string.Join(", ", ids.Take(MostQuestions))}{more}. The step was not taken, and checkpoints from before are good. "
                + remedy
        );
    }
}
