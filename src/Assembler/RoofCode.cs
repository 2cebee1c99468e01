using Iced.Intel;
using MixPrec.Runtime.Machine;
using Assembly = Iced.Intel.Assembler;

namespace MixPrec.Assembler;

/// <summary>
/// <see cref="TileCall.RunBytes"/> times <see cref="TileCall.RoofSums"/> multiply-adds, each into a sum of its own and all from registers:
/// what no tile of <paramref name="product"/> can exceed.
/// </summary>
internal sealed class RoofCode(Product product)
{
    public byte[] Assemble()
    {
        var frame = new Frame(product);
        var count = frame.Take();
        Register[] operands = frame.TakeVectors(2 + product.Temporaries), sums = frame.TakeVectors(TileCall.RoofSums);
        return frame.Assemble(() => Body(frame.Code, count, operands, sums));
    }

    private void Body(Assembly code, AssemblerRegister64 count, Register[] operands, Register[] sums)
    {
        foreach (var register in operands.Concat(sums))
        {
            product.EmitZero(code, register);
        }

        var round = code.CreateLabel();
        code.mov(count, Frame.Argument(nameof(TileCall.RunBytes)));
        code.Label(ref round);
        foreach (var sum in sums)
        {
            product.EmitMultiplyAdd(code, sum, operands[0], operands[1], operands[^1]);
        }

        code.dec(count);
        code.jne(round);
    }
}
