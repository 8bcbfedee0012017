using Cppo.Pipeline.Data;
using static Cppo.Pipeline.Data.ThriftShape;

namespace Cppo.Pipeline.Tests.Data;

public class ThriftStructureTests
{
    private static readonly ThriftShape Shape = Structure(I32, List(Structure(I64)), Bytes, Flag, List(I32), Structure(Real, I8), I16);

    [Fact]
    public void Known_fields_are_read_and_others_passed_over()
    {
        // 1: -3, 2: [{1: 300}, {}], 3: "ab", 4: true, 5: [1, 2], 6: {1: 0.0, 2: 7}, 7: 1, 20: empty structure, 21: [0.0], 1 again: 64
        var structure = Read(
            0x15,
            5,
            0x19,
            0x2C,
            0x16,
            0xD8,
            4,
            0,
            0,
            0x18,
            2,
            (byte)'a',
            (byte)'b',
            0x11,
            0x19,
            0x25,
            2,
            4,
            0x1C,
            0x17,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x13,
            7,
            0,
            0x14,
            2,
            0xDC,
            0,
            0x19,
            0x17,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0x05,
            2,
            0x80,
            1,
            0
        );
        Assert.Equal((64, 1, null), (structure[1], structure[7], structure[20]));
        Assert.Equal([300, null], structure.Structures(2).Select(element => element[1]));
        Assert.Empty(structure.Structures(3));
    }

    [Theory]
    [InlineData("a header is cut off", new byte[] { 0x15, 0xFF })]
    [InlineData("a header is cut off", new byte[] { 0x15, 2 })]
    [InlineData("an integer of more than 64 bits", new byte[] { 0x15, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0 })]
    [InlineData("claims more than the file holds", new byte[] { 0x29, 0xFC, 255, 255, 255, 255, 7, 0 })]
    [InlineData("claims more than the file holds", new byte[] { 0x38, 255, 255, 255, 255, 7, 0 })]
    [InlineData("field 1 of a header has type 8 instead of 5", new byte[] { 0x18, 1, 0, 0 })]
    [InlineData("field 2 of a header is a list of type 5", new byte[] { 0x29, 0x15, 0, 0 })]
    [InlineData("field 15 of a header has type 12, which is not known", new byte[] { 0xFC, 0x15, 0, 0, 0 })]
    [InlineData("field 15 of a header has type 11, which is not known", new byte[] { 0xFB, 0, 0 })]
    [InlineData("field 15 of a header is a list of type 1", new byte[] { 0xF9, 0x11, 1, 0 })]
    [InlineData("field 15 of a header has type 9, which is not known", new byte[] { 0xF9, 0x19, 0x15, 0, 0 })]
    public void What_cannot_be_read_safely_is_refused(string reason, byte[] bytes) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => Read(bytes)).Message, StringComparison.Ordinal);

    private static ThriftStructure Read(params byte[] bytes) => ThriftStructure.Read(new MemoryStream(bytes), Shape);
}
