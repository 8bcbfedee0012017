namespace Cppo.Model.Engine;

/// <summary>The numbers of one AdamW step (decoupled weight decay, bias-corrected moments).</summary>
/// <param name="LearningRate">At least 0.</param>
/// <param name="GradientScale">Factor of the gradients, from clipping: min(1, maxNorm / norm).</param>
/// <param name="Settings">Betas, epsilon and weight decay.</param>
public sealed record AdamWStep(double LearningRate, double GradientScale, AdamWSettings Settings);

/// <summary>AdamW's constants; the defaults are PyTorch's but for no weight decay.</summary>
public sealed record AdamWSettings(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0.0);
