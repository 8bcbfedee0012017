namespace Cppo.Model.Memory;

/// <summary>What memory is taken for; a plan has them in this order.</summary>
public enum MemoryPurpose
{
    /// <summary>The weights that are trained, or that are generated from where nothing is trained.</summary>
    Policy,

    /// <summary>The accumulated gradients.</summary>
    Gradients,

    /// <summary>AdamW's two moments.</summary>
    Moments,

    /// <summary>The weights that the KL term holds the policy to.</summary>
    Reference,

    /// <summary>Versions of the policy that rollouts read while it goes on learning.</summary>
    Snapshots,

    /// <summary>Copies of the weights in another layout or number type.</summary>
    Panels,

    /// <summary>Of the completions in progress.</summary>
    KeysAndValues,

    /// <summary>What forward keeps for backward, gradients on the way back, and scratch.</summary>
    Activations,

    /// <summary>One chunk of rows, and its gradient.</summary>
    Logits,

    /// <summary>An adapter's weights with their gradients and moments.</summary>
    Adapter,

    /// <summary>Copies on the way to and from files and other devices.</summary>
    Buffers,

    /// <summary>The program itself, its libraries, tokenizer, questions and files of completions.</summary>
    Process,
}

/// <summary>Bytes for a purpose, and where they come from in words.</summary>
/// <param name="Purpose">What they are for.</param>
/// <param name="Formula">E.g. <c>494,032,768 parameters x 4 bytes</c>; where nothing is taken, why.</param>
/// <param name="Bytes">At least 0.</param>
public sealed record MemoryUse(MemoryPurpose Purpose, string Formula, long Bytes)
{
    /// <summary>The purpose as tables name it.</summary>
    public string Name => NameOf(Purpose);

    /// <summary>A purpose as tables name it.</summary>
    public static string NameOf(MemoryPurpose purpose) =>
        purpose == MemoryPurpose.KeysAndValues ? "keys and values" : purpose.ToString().ToLowerInvariant();
}
