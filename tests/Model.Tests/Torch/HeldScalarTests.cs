using System.Reflection;
using System.Reflection.Emit;
using Cppo.Model.Torch;
using TorchSharp;

namespace Cppo.Model.Tests.Torch;

/// <summary>
/// Reads the compiled engine: no call makes a Scalar that nothing holds, neither the engine's own nor one inside TorchSharp.
/// </summary>
public sealed class HeldScalarTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    private readonly Dictionary<MethodBase, string?> found = [];

    [Fact]
    public void No_call_of_the_engine_makes_a_scalar_that_nothing_holds()
    {
        var methods = typeof(TorchLibrary)
            .Assembly.GetTypes()
            .Where(type => type != typeof(HeldScalar))
            .SelectMany(type => type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything)));
        Assert.Equal([], Faults(methods));
    }

    [Fact]
    public void Within_the_held_ones_TorchSharp_makes_no_further()
    {
        var methods = typeof(HeldScalar).GetMethods(Everything);
        Assert.True(methods.Length > 10);
        Assert.Equal([], Faults(methods).Where(fault => !fault.EndsWith(".ToScalar", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(nameof(Sum))]
    [InlineData(nameof(Implicit))]
    [InlineData(nameof(Read))]
    public void The_check_finds(string method) => Assert.Single(Faults([typeof(HeldScalarTests).GetMethod(method, Everything)!]));

    private static torch.Tensor Sum(torch.Tensor x) => x + x;

    private static torch.Tensor Implicit(torch.Tensor x) => x.mul(2.0);

    private static float Read(torch.Tensor x) => x.ToSingle();

    private string[] Faults(IEnumerable<MethodBase> methods) =>
        [
            .. methods.SelectMany(method =>
                Calls(method)
                    .Select(Makes)
                    .OfType<string>()
                    .Distinct()
                    .Select(made => $"{method.DeclaringType?.Name}.{method.Name}: {made}")
            ),
        ];

    /// <summary>How a call ends in a new Scalar, or null where it does not.</summary>
    private string? Makes(MethodBase called)
    {
        if (called.DeclaringType is not { } type || type.Assembly != typeof(torch).Assembly)
        {
            return null;
        }

        if (called.Name == "ToScalar" || (type == typeof(Scalar) && called.Name == "op_Implicit"))
        {
            return $"{type.Name}.{called.Name}";
        }

        if (!found.TryGetValue(called, out string? way))
        {
            found[called] = null;
            way = Calls(called).Select(Makes).OfType<string>().FirstOrDefault();
            found[called] = way = way is null ? null : $"{type.Name}.{called.Name} > {way}";
        }

        return way;
    }

    /// <summary>What a method's instructions call.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at < code.Length; )
        {
            var instruction = OpCodesByValue[code[at] == 0xfe ? (short)(0xfe00 | code[at + 1]) : code[at]];
            at += instruction.Size;
            if (instruction.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(
                    BitConverter.ToInt32(code, at),
                    method.DeclaringType?.GetGenericArguments(),
                    method is ConstructorInfo ? null : method.GetGenericArguments()
                )!;
            }

            at += OperandSize(instruction.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType type, byte[] code, int at) =>
        type switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
            _ => 4,
        };
}
