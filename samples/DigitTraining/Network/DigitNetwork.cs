using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DigitTraining.Network;

/// <summary>
/// A small convolutional network, [batch, 1, 28, 28] → [batch, 10] logits: a stem, a depthwise-separable convolution, one residual block,
/// one more convolution and two fully connected layers, with batch normalisation after every convolution. 94,000 weights, 4 million
/// multiplications an image.
/// </summary>
internal sealed class DigitNetwork : Module<Tensor, Tensor>
{
    public readonly Conv2d Stem = Conv2d(1, 16, 3, padding: 1, bias: false);
    public readonly BatchNorm2d StemNorm = BatchNorm2d(16);
    public readonly Conv2d Depthwise = Conv2d(16, 16, 3, padding: 1, groups: 16, bias: false);
    public readonly BatchNorm2d DepthwiseNorm = BatchNorm2d(16);
    public readonly Conv2d Pointwise = Conv2d(16, 24, 1, bias: false);
    public readonly BatchNorm2d PointwiseNorm = BatchNorm2d(24);
    public readonly Conv2d ResidualA = Conv2d(24, 24, 3, padding: 1, bias: false);
    public readonly BatchNorm2d ResidualANorm = BatchNorm2d(24);
    public readonly Conv2d ResidualB = Conv2d(24, 24, 3, padding: 1, bias: false);
    public readonly BatchNorm2d ResidualBNorm = BatchNorm2d(24);
    public readonly Conv2d Widen = Conv2d(24, 32, 3, padding: 1, bias: false);
    public readonly BatchNorm2d WidenNorm = BatchNorm2d(32);
    public readonly Linear Hidden = Linear(32 * 7 * 7, 48);
    public readonly Linear Classes = Linear(48, 10);

    public DigitNetwork()
        : base(nameof(DigitNetwork))
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor image)
    {
        using var scope = NewDisposeScope();
        Tensor x = StemNorm.forward(Stem.forward(image)).relu();
        x = DepthwiseNorm.forward(Depthwise.forward(x)).relu();
        x = PointwiseNorm.forward(Pointwise.forward(x)).relu();
        x = functional.max_pool2d(x, 2);
        Tensor branch = ResidualANorm.forward(ResidualA.forward(x)).relu();
        branch = ResidualBNorm.forward(ResidualB.forward(branch));
        x = (x + branch).relu();
        x = WidenNorm.forward(Widen.forward(x)).relu();
        x = functional.max_pool2d(x, 2);
        x = Hidden.forward(x.flatten(1)).relu();
        return Classes.forward(x).MoveToOuterDisposeScope();
    }
}
