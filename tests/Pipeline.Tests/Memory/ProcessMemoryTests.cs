using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Memory;

public sealed class ProcessMemoryTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_peak_is_at_least_what_was_held_before_and_grows_with_what_is_taken()
    {
        long before = ProcessMemory.PeakBytes();
        Assert.InRange(before, 1L << 20, 1L << 40);
        byte[] taken = new byte[checked((int)Math.Min(1 << 30, before - Environment.WorkingSet + (64 << 20)))];
        Array.Fill(taken, (byte)1);
        Assert.InRange(ProcessMemory.PeakBytes(), before, 1L << 40);
        GC.KeepAlive(taken);
    }

    [Fact]
    public void What_is_available_is_at_least_what_the_process_has()
    {
        long own = Environment.WorkingSet;
        Assert.InRange(ProcessMemory.AvailableBytes(), own / 2, 1L << 45);
    }

    [Fact]
    public void A_field_of_a_file_of_the_system_is_in_kibibytes()
    {
        string file = directory.Of("status");
        File.WriteAllText(file, "Name:\tdotnet\nVmHWM:\t  123456 kB\nVmRSS:\t 1000 kB\n");
        Assert.Equal(123456L * 1024, ProcessMemory.FieldOf(file, "VmHWM:"));
        Assert.Null(ProcessMemory.FieldOf(file, "VmSwap:"));
        Assert.Null(ProcessMemory.FieldOf(directory.Of("none"), "VmHWM:"));
    }

    [Fact]
    public void A_container_s_bound_is_less_what_others_in_it_hold_and_the_system_cannot_drop()
    {
        // 1000 in all; 700 are held, of them 100 in files that can be dropped and 250 by this process: 350 by others.
        File.WriteAllText(directory.Of("memory.max"), "1000\n");
        File.WriteAllText(directory.Of("memory.current"), "700\n");
        File.WriteAllText(directory.Of("memory.stat"), "anon 600\ninactive_file 100\nactive_file 0\n");
        Assert.Equal(650, ProcessMemory.CgroupBytes(directory.Path, own: 250));
    }

    [Theory]
    [InlineData("max\n")]
    [InlineData("9223372036854771712\n")]
    public void A_container_without_a_bound_has_none(string limit)
    {
        File.WriteAllText(directory.Of("memory.max"), limit);
        Assert.Null(ProcessMemory.CgroupBytes(directory.Path, own: 1));
    }

    [Fact]
    public void An_older_container_s_bound_is_read_as_well()
    {
        Directory.CreateDirectory(directory.Of("memory"));
        File.WriteAllText(directory.Of("memory", "memory.limit_in_bytes"), "2000\n");
        File.WriteAllText(directory.Of("memory", "memory.usage_in_bytes"), "500\n");
        File.WriteAllText(directory.Of("memory", "memory.stat"), "total_inactive_file 50\n");
        Assert.Equal(1750, ProcessMemory.CgroupBytes(directory.Path, own: 200));
    }
}
