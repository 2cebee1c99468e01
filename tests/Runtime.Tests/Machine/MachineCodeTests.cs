using System.Globalization;
using MixPrec.Runtime.Machine;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>What the process maps; what the code computes is in <see cref="InterpretedTileTests"/>.</summary>
public sealed class MachineCodeTests
{
    [Fact]
    public void The_code_can_be_executed_and_not_be_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && MachineCode.IsMapped, "Only Linux lists a process's pages, and code must be mapped.");
        string line = Assert.Single(File.ReadLines("/proc/self/maps"), line =>
        {
            string[] bounds = line[..line.IndexOf(' ')].Split('-');
            return MachineCode.Address >= nint.Parse(bounds[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                && MachineCode.Address < nint.Parse(bounds[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        });
        Assert.StartsWith("r-xp", line[(line.IndexOf(' ') + 1)..], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MachineRows.All), MemberType = typeof(MachineRows))]
    public void Every_tile_that_is_called_has_a_procedure_of_its_own(string identity)
    {
        var procedures = MachineRows.Procedures(identity).ToList();
        int rows = Kernels.Rows.Tile(identity).Rows;
        Assert.Equal(Enumerable.Range(1, rows), procedures.Select(procedure => procedure.Rows).Distinct());
        Assert.Distinct(procedures.Select(procedure => procedure.Offset));
        Assert.All(procedures, procedure => Assert.Equal(0, procedure.Offset % 64));
    }
}
