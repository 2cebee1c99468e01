using System.Security.Cryptography;
using Iced.Intel;
using MixPrec.Runtime.Machine;
using MixPrec.Runtime.Simd;
using MixPrec.Runtime.Tests.Kernels;
using MixPrec.Runtime.Tests.Machine.Interpreter;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>The code of every kernel is held by its hash, and asks for no instruction too many.</summary>
[Trait("Instruction set", "own")]
public sealed class CodeHashTests
{
    private const string File = "tests/Runtime.Tests/Machine/machine-code.sha256";

    private static readonly CpuidFeature[] Everywhere =
        [CpuidFeature.INTEL8086, CpuidFeature.INTEL186, CpuidFeature.INTEL386, CpuidFeature.X64, CpuidFeature.SSE, CpuidFeature.AVX];

    [Fact]
    public void Code_has_the_hashes_that_are_committed()
    {
        string found = string.Concat(MachineRows.All.Select(row => Line(row.Data, [Rows.Tile(row.Data).Roof,
            .. Offsets(row.Data)]))
            .Concat(LaneCodeTests.Identities.Select(identity => Line(identity, LaneCodeTests.Offsets(identity))))
            .Concat(ChannelCodeTests.All.Select(row => Line(row.Data, ChannelCodeTests.Offsets(row.Data))))
            .Append(Line("large_tiles_avx512", LargeTileCodeTests.Offsets)).Append(Line("state", [MachineCode.State[0]])));
        string committed = System.IO.File.ReadAllText(Path.Combine(RepositoryFolder.Root, File)).ReplaceLineEndings("\n");
        Assert.True(found == committed, $"The machine code has changed. If it was meant to, {File} becomes:\n{found}");
    }

    /// <summary>What lies between the procedures stops the process.</summary>
    [Fact]
    public void Nothing_else_is_mapped()
    {
        var used = new bool[MachineCode.Bytes.Length];
        foreach (int offset in MachineRows.All.SelectMany(row => Offsets(row.Data).Append(Rows.Tile(row.Data).Roof))
            .Concat(LaneCodeTests.Identities.SelectMany(LaneCodeTests.Offsets))
            .Concat(ChannelCodeTests.All.SelectMany(row => ChannelCodeTests.Offsets(row.Data))).Concat(LargeTileCodeTests.Offsets)
            .Append(MachineCode.State[0]))
        {
            Array.Fill(used, true, offset, Length(offset));
        }

        for (int i = 0; i < used.Length; i++)
        {
            Assert.True(used[i] || MachineCode.Bytes[i] == 0xCC, $"byte {i:x}");
        }
    }

    [Theory]
    [MemberData(nameof(MachineRows.All), MemberType = typeof(MachineRows))]
    public void Instructions_belong_to_the_set_that_is_asked_for(string identity)
    {
        var row = Rows.Tile(identity);
        CpuidFeature[] allowed = row.Set switch
        {
            InstructionSet.Avx2 => [.. Everywhere, CpuidFeature.AVX2, CpuidFeature.FMA],
            InstructionSet.Avx512 => [.. Everywhere, CpuidFeature.AVX512F, CpuidFeature.AVX512BW, CpuidFeature.AVX512VL],
            InstructionSet.Avx512Vnni => [.. Everywhere, CpuidFeature.AVX512F, CpuidFeature.AVX512VL, CpuidFeature.AVX512_VNNI],
            InstructionSet.Avx512BF16 => [.. Everywhere, CpuidFeature.AVX512F, CpuidFeature.AVX512_BF16],
            _ => throw new ArgumentException($"no list for {row.Set}"),
        };
        foreach (var instruction in Offsets(identity).Append(row.Roof).SelectMany(InterpretedCall.Code))
        {
            Assert.All(instruction.CpuidFeatures, feature => Assert.True(allowed.Contains(feature), $"{instruction}: {feature}"));
        }
    }

    private static IEnumerable<int> Offsets(string identity) => MachineRows.Procedures(identity)
        .Concat(MachineRows.Forms.SelectMany(form => MachineRows.FinishedProcedures(identity, form)))
        .Select(procedure => procedure.Offset);

    private static string Line(string name, IEnumerable<int> offsets) =>
        Convert.ToHexStringLower(SHA256.HashData([.. offsets.SelectMany(Code)]))
        + $"  {name}\n";

    private static byte[] Code(int offset) => MachineCode.Bytes.Slice(offset, Length(offset)).ToArray();

    private static int Length(int offset)
    {
        var last = InterpretedCall.Code(offset)[^1];
        return (int)last.IP + last.Length - offset;
    }
}
