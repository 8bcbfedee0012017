using Cppo.Model.Engine;
using Cppo.Model.Training;
using Cppo.Stages;

namespace Cppo.Pipeline.Analysis;

/// <summary>The gradient of one completion's own loss, by all parameters.</summary>
/// <param name="Norm">Its global L2 norm.</param>
/// <param name="SurrogateNorm">The norm without the KL term.</param>
/// <param name="KlNorm">The norm of beta KL alone.</param>
/// <param name="PolicyLoss">The surrogate's part of the loss.</param>
/// <param name="KlLoss">beta KL's part of the loss.</param>
/// <param name="ClipRatio">Share of its tokens whose surrogate is the clipped one, 0 .. 1.</param>
internal sealed record ProbedGradient(double Norm, double SurrogateNorm, double KlNorm, double PolicyLoss, double KlLoss, double ClipRatio);

/// <summary>
/// Runs one completion alone forward and backward, as an update would that trains on nothing else, and takes the gradient's norm. No step
/// is taken: the policy stays as it is, and its gradients are zero afterwards.
/// </summary>
/// <param name="engine">The policy.</param>
/// <param name="references">The reference on the policy's device; none where beta is 0.</param>
/// <param name="settings">Objective and temperature.</param>
internal sealed class GradientProbe(ITrainableEngine engine, IReadOnlyList<IPolicySnapshot> references, TrainerSettings settings)
{
    private readonly double beta = settings.Objective.Beta;

    /// <summary>Measures a completion; its tokens weigh 1 / T each.</summary>
    public ProbedGradient Measure(RolloutGroup rollout, int completion, double advantage)
    {
        var batch = Alone(rollout, completion, advantage);
        float[][] reference = beta == 0 ? [] : engine.Logprobs(references[0], batch, settings.Temperature);
        var (surrogateNorm, surrogate) = Backward(batch, WithBeta(0), []);
        if (beta == 0)
        {
            return new(surrogateNorm, surrogateNorm, 0, surrogate.PolicyLoss, 0, surrogate.ClipRatio);
        }

        var (norm, whole) = Backward(batch, settings.Objective, reference);
        var (klNorm, _) = Backward(Alone(rollout, completion, advantage: 0), settings.Objective, reference);
        return new(norm, surrogateNorm, klNorm, whole.PolicyLoss, beta * whole.Kl, whole.ClipRatio);
    }

    private static MicroBatch Alone(RolloutGroup rollout, int index, double advantage)
    {
        var completion = rollout.Completions[index];
        int numTokens = rollout.PromptTokenIds.Length + completion.TokenIds.Length;
        var sample = new TrainingSample(
            prompt: 0,
            group: 0,
            completion: index,
            completion.TokenIds,
            completion.GenerationLogprobs,
            advantage,
            tokenWeight: 1.0 / completion.TokenIds.Length
        );
        return new(device: 0, index: 0, [rollout.PromptTokenIds], [sample], numTokens, numTokens);
    }

    private ObjectiveSettings WithBeta(double other) =>
        new(settings.Objective.Surrogate, settings.Objective.EpsilonLow, settings.Objective.EpsilonHigh, other);

    private (double Norm, ObjectiveResult<float> Result) Backward(MicroBatch batch, ObjectiveSettings objective, float[][] reference)
    {
        ObjectiveResult<float>? result = null;
        engine.ZeroGradients();
        engine.ForwardBackward(
            batch,
            settings.Temperature,
            policy =>
            {
                result = Objective.evaluate(objective, batch.Samples, [], policy, reference);
                return result.Gradient;
            }
        );
        double norm = engine.GradientNorm();
        engine.ZeroGradients();
        return (norm, result!);
    }
}
