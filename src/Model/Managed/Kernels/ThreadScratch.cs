namespace Cppo.Model.Managed.Kernels;

/// <summary>
/// Memory of the calling thread between two calls of a kernel; its contents are lost with the next call that asks for it.
/// </summary>
internal static unsafe class ThreadScratch
{
    [ThreadStatic]
    private static AlignedBuffer? panel;

    [ThreadStatic]
    private static AlignedBuffer? sums;

    /// <summary>Room for a panel in fp32.</summary>
    internal static float* Panel(nint floats) => (panel ??= new AlignedBuffer()).Ensure(floats);

    /// <summary>Room for a product's rows of a panel's width.</summary>
    internal static float* Sums(nint floats) => (sums ??= new AlignedBuffer()).Ensure(floats);
}
