using MixPrec.Runtime.Kernels;
using Xunit;

namespace MixPrec.Runtime.Tests.Kernels;

/// <summary>
/// The sizes that Runtime and the compiler share against the slow packing, which follows the description of the layouts by itself.
/// </summary>
public sealed class PanelLayoutTests
{
    [Fact]
    public void Lengths_and_panels_are_those_of_the_description()
    {
        for (int k = 0; k < 12; k++)
        {
            foreach (int n in new[] { 0, 1, 15, 16, 17, 32, 33 })
            {
                int panels = PanelLayout.Panels(n);
                Assert.Equal(Packing.F32(new float[k * n], k, n).Length, PanelLayout.LengthF32(k, n));
                Assert.Equal(panels * PanelLayout.PanelBytesF32(k), PanelLayout.LengthF32(k, n) * sizeof(float));
                Assert.Equal(Packing.BF16(new float[k * n], k, n).Length, PanelLayout.LengthBF16(k, n));
                Assert.Equal(panels * PanelLayout.PanelBytesBF16(k), PanelLayout.LengthBF16(k, n) * sizeof(ushort));
                int groups = 3 * PanelLayout.ByteGroups(k);
                Assert.Equal(Packing.S8(new sbyte[3 * k * n], 3, k, n).Length, PanelLayout.LengthS8(groups, n));
                Assert.Equal(panels * PanelLayout.PanelBytesS8(groups), PanelLayout.LengthS8(groups, n));
                Assert.Equal(Packing.Padded(new float[n]).Length, PanelLayout.PaddedColumns(n));
                Assert.Equal(Packing.Rows(new byte[k], k).Length, PanelLayout.PaddedDepth(k));
            }
        }
    }

    [Fact]
    public void A_column_is_found_across_panels() => Assert.Equal(
        [0, 4, 60, 1000, 1004, 2060],
        new[] { 0, 1, 15, 16, 17, 47 }.Select(column => (int)PanelLayout.ColumnOffset(column, 1000)));
}
