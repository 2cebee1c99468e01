using System.Globalization;
using MixPrec.Runtime.Machine;
using Xunit;

namespace MixPrec.Runtime.Tests.Machine;

/// <summary>What the process maps; that the tiles compute the right sums is tested with all rows of their family.</summary>
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

    [Fact]
    public void Every_tile_that_is_called_has_a_procedure()
    {
        for (int rows = 1; rows <= TileCall.MaxRows; rows++)
        {
            for (int width = 0; 1 << width <= TileCall.MostVectors(rows); width++)
            {
                Assert.True(MachineCode.U8S8Avx512Vnni[TileCall.Index(rows, width)] >= 0, $"{rows} rows, {1 << width} registers");
            }
        }
    }
}
