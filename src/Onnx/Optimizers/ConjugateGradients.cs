namespace MLSeqGraph.Onnx;

/// <summary>Preconditioned conjugate gradients (Hestenes and Stiefel 1952) that minimize q(d) = g·d + d·A d / 2.</summary>
internal static class ConjugateGradients
{
    // Martens 2010: ends when the last tenth of the iterations, at least 10, lowered q by less than this share each.
    private const double LeastFall = 5e-4;

    /// <returns>Some of the iterates, ever fewer, with their q; the last one is the last.</returns>
    internal static List<(float[] Direction, double Model)> Minimize(Func<float[], float[]> product, float[] gradient, float[] start,
        float[] preconditioner, int iterations)
    {
        var (n, x) = (gradient.Length, (float[])start.Clone());
        var residual = product(x);                                                                       // A x + g
        for (var i = 0; i < n; i++)
            residual[i] += gradient[i];
        var scaled = Scaled(residual, preconditioner);
        var direction = Array.ConvertAll(scaled, value => -value);
        var square = Dot(residual, scaled);
        List<double> models = [];
        List<(float[], double)> kept = [];
        var next = 1.0;
        for (var iteration = 1; iteration <= iterations && square > 0 && double.IsFinite(square); iteration++)
        {
            var turned = product(direction);
            var curvature = Dot(direction, turned);
            if (!(curvature > 0))
                break;
            var length = (float)(square / curvature);
            for (var i = 0; i < n; i++)
            {
                x[i] += length * direction[i];
                residual[i] += length * turned[i];
            }
            scaled = Scaled(residual, preconditioner);
            var now = Dot(residual, scaled);
            var share = (float)(now / square);
            for (var i = 0; i < n; i++)
                direction[i] = share * direction[i] - scaled[i];
            square = now;
            // q = (g + r)·x / 2, since A x = r - g
            models.Add((Dot(gradient, x) + Dot(residual, x)) / 2);
            var window = Math.Max(10, iteration / 10);
            var ends = iteration == iterations || (iteration > window && models[^1] < 0
                && (models[^1] - models[^(window + 1)]) / models[^1] < window * LeastFall);
            if (ends || iteration >= next)
            {
                kept.Add(((float[])x.Clone(), models[^1]));
                next = Math.Ceiling(next * 1.3);
            }
            if (ends)
                break;
        }
        if (kept.Count == 0)
            kept.Add((Array.ConvertAll(gradient, value => -value), 0));
        return kept;
    }

    internal static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }

    private static float[] Scaled(float[] x, float[] by)
    {
        var result = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
            result[i] = x[i] / by[i];
        return result;
    }
}
