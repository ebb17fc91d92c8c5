namespace MLSeqGraph.Trainers;

/// <summary>The random part of an echo state network (Jaeger 2001): sparse recurrent weights, scaled to a spectral radius.</summary>
internal sealed class EchoStateReservoir
{
    private const int Rounds = 300;

    private readonly int[] _sources;
    private readonly double[] _weights, _next;

    internal EchoStateReservoir(EchoStateOptions options, int inputs)
    {
        options.Check();
        (Units, Inputs, Size) = (options.Units, inputs, options.Units * options.Leaks.Count);
        Connections = Math.Min(options.Connections, Units);
        var random = new Random(options.Seed);
        (_sources, _weights, _next) = (new int[Size * Connections], new double[Size * Connections], new double[Size]);
        (InputWeights, Biases, Leaks) = (new double[Size * inputs], new double[Size], new double[Size]);
        double Uniform(double bound) => bound * (2 * random.NextDouble() - 1);
        for (var i = 0; i < InputWeights.Length; i++)
            InputWeights[i] = Uniform(options.InputScale);
        for (var unit = 0; unit < Size; unit++)
        {
            (Biases[unit], Leaks[unit]) = (Uniform(options.BiasScale), options.Leaks[unit / Units]);
            var first = unit / Units * Units;
            var chosen = new HashSet<int>();
            while (chosen.Count < Connections)
                chosen.Add(first + random.Next(Units));
            chosen.Order().ToArray().CopyTo(_sources, unit * Connections);
            for (var i = 0; i < Connections; i++)
                _weights[unit * Connections + i] = Uniform(1);
        }
        for (var reservoir = 0; reservoir < options.Leaks.Count; reservoir++)
            Scale(reservoir, options.SpectralRadius, random);
    }

    internal int Units { get; }

    internal int Inputs { get; }

    /// <summary>Units of all reservoirs.</summary>
    internal int Size { get; }

    internal int Connections { get; }

    /// <summary>[size, inputs].</summary>
    internal double[] InputWeights { get; }

    internal double[] Biases { get; }

    internal double[] Leaks { get; }

    /// <summary>The recurrent weights of all reservoirs, [from, to], zeros between them.</summary>
    internal double[] Recurrent()
    {
        var dense = new double[Size * Size];
        for (var unit = 0; unit < Size; unit++)
            for (var i = 0; i < Connections; i++)
                dense[_sources[unit * Connections + i] * Size + unit] = _weights[unit * Connections + i];
        return dense;
    }

    /// <summary>One step, in place.</summary>
    internal void Step(double[] state, ReadOnlySpan<double> input)
    {
        for (var unit = 0; unit < Size; unit++)
        {
            var sum = Biases[unit] + VectorMath.Dot(InputWeights.AsSpan(unit * Inputs, Inputs), input);
            for (var i = unit * Connections; i < (unit + 1) * Connections; i++)
                sum += _weights[i] * state[_sources[i]];
            _next[unit] = Math.Tanh(sum);
        }
        for (var unit = 0; unit < Size; unit++)
            state[unit] += Leaks[unit] * (_next[unit] - state[unit]);
    }

    // The mean growth of a vector under repeated multiplication, whether the largest eigenvalue is real or one of a pair.
    private void Scale(int reservoir, double radius, Random random)
    {
        double[] vector = [.. Enumerable.Range(0, Units).Select(_ => random.NextDouble() - 0.5)], product = new double[Units];
        var growth = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            for (var unit = 0; unit < Units; unit++)
            {
                product[unit] = 0;
                var at = (reservoir * Units + unit) * Connections;
                for (var i = at; i < at + Connections; i++)
                    product[unit] += _weights[i] * vector[_sources[i] - reservoir * Units];
            }
            var norm = Math.Sqrt(VectorMath.Dot(product, product) / VectorMath.Dot(vector, vector));
            if (!(norm > 0))
                return;
            if (round >= Rounds / 3)
                growth += Math.Log(norm) / (Rounds - Rounds / 3);
            VectorMath.Scale(1 / Math.Sqrt(VectorMath.Dot(product, product)), product);
            (vector, product) = (product, vector);
        }
        VectorMath.Scale(radius / Math.Exp(growth), _weights.AsSpan(reservoir * Units * Connections, Units * Connections));
    }
}
