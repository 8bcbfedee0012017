namespace Cppo.Model.Collectives;

/// <summary>Values in the memory of an accelerator.</summary>
/// <param name="Values">The address on the device of float32 values that lie one after the other.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct DeviceArray(nint Values, long Count);

/// <summary>
/// Sums of values that lie in the memory of an accelerator, each rank with a device of its own. Every rank gets the same result, and a run
/// on the same devices repeats it; but the order of addition is the library's, not that of <see cref="ICollective.Sum"/>.
/// </summary>
public interface IDeviceCollective
{
    /// <summary>
    /// Replaces values by their sum over ranks, where they are. What was begun on any of the device's streams is awaited first, and the
    /// sums are complete when it returns.
    /// </summary>
    /// <param name="arrays">As many, and of the same lengths, on every rank.</param>
    /// <param name="purpose">What it is for.</param>
    void SumOnDevice(IReadOnlyList<DeviceArray> arrays, string purpose);
}
