using Google.Protobuf;
using MixPrec.Compiler.Onnx.Proto;

namespace MixPrec.Fuzz.Mutation;

/// <summary>Changes of the attributes of a node.</summary>
internal static class AttributeMutator
{
    private static readonly string[] Names =
    [
        "axis", "axes", "kernel_shape", "strides", "pads", "dilations", "group", "keepdims", "to", "mode", "perm", "epsilon", "alpha",
            "beta", "value", "value_ints", "num_outputs", "blocksize",
        "auto_pad", "ceil_mode", "direction", "hidden_size", "layout", "clip", "equation", "batch_dims", "k", "dtype", "block_size",
            "num_groups", "size", "p", "upper", "largest", "output_height",
    ];

    public static AttributeProto Make(Random random)
    {
        var attribute = new AttributeProto { Name = Names[random.Next(Names.Length)] };
        Fill(random, attribute);
        return attribute;
    }

    public static void Mutate(Random random, AttributeProto attribute)
    {
        switch (random.Next(8))
        {
            case 0:
                attribute.Name = Names[random.Next(Names.Length)];
                break;
            case 1:
                attribute.Type = random.Next(2) == 0 ? 0 : random.Next(16);
                break;
            case 2:
                Fill(random, attribute);
                break;
            default:
                Change(random, attribute);
                break;
        }
    }

    private static void Change(Random random, AttributeProto attribute)
    {
        if (attribute.HasI)
        {
            attribute.I = Interesting.Integer(random);
        }
        else if (attribute.HasF)
        {
            attribute.F = Interesting.Float(random);
        }
        else if (attribute.HasS)
        {
            attribute.S = ByteString.CopyFromUtf8(Interesting.Text(random));
        }
        else if (attribute.T is not null)
        {
            TensorMutator.Mutate(random, attribute.T);
        }
        else if (attribute.Floats.Count > 0)
        {
            Draw.At(random, attribute.Floats, i => attribute.Floats[i] = Interesting.Float(random));
        }
        else if (attribute.Ints.Count > 0 && random.Next(2) == 0)
        {
            Draw.At(random, attribute.Ints, i => attribute.Ints[i] = Interesting.Integer(random));
        }
        else
        {
            Draw.Reorder(random, attribute.Ints, () => Interesting.Integer(random));
        }
    }

    private static void Fill(Random random, AttributeProto attribute)
    {
        switch (random.Next(5))
        {
            case 0:
                (attribute.Type, attribute.F) = (1, Interesting.Float(random));
                break;
            case 1:
                (attribute.Type, attribute.I) = (2, Interesting.Integer(random));
                break;
            case 2:
                (attribute.Type, attribute.S) = (3, ByteString.CopyFromUtf8(Interesting.Text(random)));
                break;
            case 3:
                (attribute.Type, attribute.T) = (4, TensorMutator.Make(random, "", [random.Next(3)]));
                break;
            default:
                attribute.Type = 7;
                attribute.Ints.Clear();
                attribute.Ints.AddRange(Enumerable.Range(0, random.Next(5)).Select(_ => Interesting.Integer(random)));
                break;
        }
    }
}
