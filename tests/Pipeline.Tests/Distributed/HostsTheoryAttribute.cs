namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>A theory of ranks on two hosts, which are network namespaces; skipped where the system makes none, as without root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HostsTheoryAttribute : MpiTheoryAttribute
{
    public HostsTheoryAttribute() => Skip ??= TwoHosts.Unavailable;
}
