using System.Numerics;

namespace DigitTraining.Rendering;

/// <summary>
/// One random way to bend the unit square: an affine map around its centre (rotation, slant, unequal scale, shift) after an elastic
/// warp, two sine waves for each axis with random direction and phase.
/// </summary>
internal sealed class Distortion
{
    private readonly Matrix3x2 _affine;
    private readonly (Vector2 Wave, float Phase, Vector2 Shift)[] _waves;

    public Distortion(SplitMix random)
    {
        _waves = new (Vector2, float, Vector2)[4];
        for (int i = 0; i < _waves.Length; i++)
        {
            float amplitude = 0.04f * random.Normal();
            _waves[i] = (
                new Vector2(random.Between(-8, 8), random.Between(-8, 8)),
                random.Between(0, 2 * MathF.PI),
                i % 2 == 0 ? new Vector2(amplitude, 0) : new Vector2(0, amplitude));
        }

        _affine = Matrix3x2.CreateTranslation(-0.5f, -0.5f)
            * Matrix3x2.CreateScale(random.Between(0.45f, 1.05f), random.Between(0.55f, 1.05f))
            * Matrix3x2.CreateSkew(0.3f * random.Normal(), 0)
            * Matrix3x2.CreateRotation(0.3f * random.Normal())
            * Matrix3x2.CreateTranslation(0.5f + 0.05f * random.Normal(), 0.5f + 0.05f * random.Normal());
    }

    public Vector2 Apply(Vector2 point)
    {
        Vector2 warped = point;
        foreach (var (wave, phase, shift) in _waves)
        {
            warped += MathF.Sin(Vector2.Dot(wave, point) + phase) * shift;
        }

        return Vector2.Transform(warped, _affine);
    }
}
