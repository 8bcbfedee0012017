namespace Cppo.Model.Engine;

/// <summary>
/// Generates completions, in this process or beyond it. Calls may overlap, also with those of a trainable engine that is the same object:
/// whether they run beside each other or one after another is the engine's business, and no caller holds a lock around it.
/// </summary>
public interface IRolloutEngine : IEngine
{
    /// <summary>
    /// Takes weights that an engine of the same model exported; what it returns can be generated from until it is disposed.
    /// </summary>
    Task<IPolicySnapshot> TakeWeightsAsync(IReadOnlyList<NamedArray> weights, int policyVersion, CancellationToken stop);

    /// <summary>Samples completions; the result has the order of the request's prompts.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; checked before the prompts run and at least once per
    /// token.</exception>
    /// <exception cref="ArgumentException">A prompt is empty, leaves no room for a token or has an id that the model has not, or a number
    /// is out of range.</exception>
    Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop);
}
