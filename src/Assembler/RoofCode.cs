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
        Register[] operands = frame.TakeVectors(2);
        var spare = Spare.Take(frame, product);
        var sums = frame.TakeVectors(TileCall.RoofSums);
        return frame.Assemble(() => Body(frame.Code, count, operands, spare, sums));
    }

    private void Body(Assembly code, AssemblerRegister64 count, Register[] operands, Spare spare, Register[] sums)
    {
        foreach (var register in operands.Concat(sums))
        {
            product.EmitZero(code, register);
        }

        product.EmitConstant(code, spare.Constant);
        var round = code.CreateLabel();
        code.mov(count, Frame.Argument(nameof(TileCall.RunBytes)));
        code.Label(ref round);
        foreach (var sum in sums)
        {
            product.EmitMultiplyAdd(code, sum, operands[0], operands[1], spare);
        }

        code.dec(count);
        code.jne(round);
    }
}
