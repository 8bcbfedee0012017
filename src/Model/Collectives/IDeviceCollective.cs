namespace Cppo.Model.Collectives;

/// <summary>
/// Sums of values that lie in the memory of an accelerator, each rank with a device of its own. Every rank gets the same result, and a run
/// on the same devices repeats it; but the order of addition is the library's, not that of <see cref="ICollective.Sum"/>.
/// </summary>
public interface IDeviceCollective
{
    /// <summary>Replaces values by their sum over ranks.</summary>
    /// <param name="values">Address on the device of float32 values; what was begun on any of its streams is awaited first.</param>
    /// <param name="count">As many on every rank.</param>
    /// <param name="purpose">What it is for.</param>
    void SumOnDevice(nint values, long count, string purpose);
}
