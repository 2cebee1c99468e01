using System.ComponentModel;

namespace MixPrec.Runtime.Kernels;

/// <summary>
/// y[r, ·] = the class probabilities p that fit x[r, ij] = P(class i | class i or j) best: the minimum of Σ over i ≠ j of (x[ji]·p[i] −
/// x[ij]·p[j])² with Σ p = 1, where x[ji] = 1 − x[ij].
/// </summary>
/// <remarks>The second method of Wu, Lin and Weng, "Probability estimates for multi-class classification by pairwise coupling" (2004), with
/// the limits of LIBSVM.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PairwiseCoupling
{
    private const int MostIterations = 100;

    /// <summary>
    /// x is dense [rows, classes·(classes − 1)/2], pairs (0,1), (0,2), … (1,2), … within a row; y dense [rows, classes]; scratch has room
    /// for classes·(classes + 1) elements.
    /// </summary>
    public static void Run(Pointer<float> x, Pointer<float> y, Pointer<float> scratch, int rows, int classes)
    {
        int pairs = classes * (classes - 1) / 2;
        for (int r = 0; r < rows; r++)
        {
            Couple(x.Address + ((nint)r * pairs), y.Address + ((nint)r * classes), scratch.Address,
                scratch.Address + ((nint)classes * classes), classes);
        }
    }

    /// <summary>Coordinate descent on pᵀ·Q·p with Q[i, i] = Σ over j ≠ i of x[ji]² and Q[i, j] = −x[ji]·x[ij].</summary>
    private static void Couple(float* pairs, float* p, float* q, float* qp, int n)
    {
        Prepare(pairs, q, n);
        for (int i = 0; i < n; i++)
        {
            p[i] = 1f / n;
        }

        float tolerance = 0.005f / n;
        for (int iteration = 0; iteration < MostIterations; iteration++)
        {
            float pqp = 0, error = 0;
            for (int i = 0; i < n; i++)
            {
                qp[i] = 0;
                for (int j = 0; j < n; j++)
                {
                    qp[i] += q[(i * n) + j] * p[j];
                }

                pqp += p[i] * qp[i];
            }

            for (int i = 0; i < n; i++)
            {
                error = Math.Max(error, Math.Abs(qp[i] - pqp));
            }

            if (error < tolerance)
            {
                break;
            }

            for (int i = 0; i < n; i++)
            {
                float change = (pqp - qp[i]) / q[(i * n) + i], scale = 1 + change;
                p[i] += change;
                pqp = (pqp + (change * ((change * q[(i * n) + i]) + (2 * qp[i])))) / scale / scale;
                for (int j = 0; j < n; j++)
                {
                    qp[j] = (qp[j] + (change * q[(i * n) + j])) / scale;
                    p[j] /= scale;
                }
            }
        }
    }

    private static void Prepare(float* pairs, float* q, int n)
    {
        new Span<float>(q, n * n).Clear();
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++, pairs++)
            {
                float forward = *pairs, backward = 1 - forward;
                q[(i * n) + i] += backward * backward;
                q[(j * n) + j] += forward * forward;
                q[(i * n) + j] = q[(j * n) + i] = -forward * backward;
            }
        }
    }
}
