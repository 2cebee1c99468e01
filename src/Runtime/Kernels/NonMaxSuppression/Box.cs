namespace MixPrec.Runtime.Kernels;

/// <summary>A rectangle by its sides, each first side not beyond its second.</summary>
internal readonly record struct Box(float Top, float Left, float Bottom, float Right)
{
    public static unsafe Box At(float* box, bool centered) => centered
        ? new(box[1] - (box[3] / 2), box[0] - (box[2] / 2), box[1] + (box[3] / 2), box[0] + (box[2] / 2))
        : new(Math.Min(box[0], box[2]), Math.Min(box[1], box[3]), Math.Max(box[0], box[2]), Math.Max(box[1], box[3]));

    private float Area => (Bottom - Top) * (Right - Left);

    /// <summary>Intersection over union; 0 for boxes without area.</summary>
    public float Overlap(Box other)
    {
        float height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top),
            width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        if (!(height > 0 && width > 0 && Area > 0 && other.Area > 0))
        {
            return 0;
        }

        float both = height * width, either = Area + other.Area - both;
        return either > 0 ? both / either : 0;
    }
}
