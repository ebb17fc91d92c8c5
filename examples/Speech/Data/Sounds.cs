namespace Speech.Data;

/// <summary>What is done to samples at <see cref="Prompts.Rate"/>.</summary>
internal static class Sounds
{
    /// <summary>Without the silence at both ends: where 10 milliseconds are 40 dB below the loudest.</summary>
    internal static float[] Trim(float[] samples)
    {
        const int Window = Prompts.Rate / 100;
        double[] power = [.. samples.Chunk(Window).Select(part => part.Average(sample => (double)sample * sample))];
        var least = power.DefaultIfEmpty(0).Max() * 1e-4;
        int first = Array.FindIndex(power, of => of > least), last = Array.FindLastIndex(power, of => of > least);
        return first < 0 ? samples : samples[(first * Window)..Math.Min(samples.Length, (last + 1) * Window)];
    }

    /// <summary>As another speaker, room and line would sound: at another speed, with an echo, through another filter, noisy.</summary>
    internal static float[] Vary(float[] samples, Random random)
    {
        var speed = 0.85 + 0.3 * random.NextDouble();
        var varied = new float[(int)(samples.Length / speed)];
        for (var i = 0; i < varied.Length; i++)
        {
            var at = i * speed;
            var before = Math.Min(samples.Length - 2, (int)at);
            varied[i] = (float)(samples[before] + (at - before) * (samples[before + 1] - samples[before]));
        }
        var (delay, echo) = (random.Next(80, 800), random.NextDouble() * 0.3);
        for (var i = delay; i < varied.Length; i++)
            varied[i] += (float)(echo * varied[i - delay]);
        var tilt = random.NextDouble() * 0.9 - 0.3;
        for (var i = varied.Length - 1; i > 0; i--)
            varied[i] -= (float)(tilt * varied[i - 1]);
        var loudest = varied.Max(Math.Abs);
        var (gain, noise) = (0.5 / Math.Max(1e-6, loudest), 0.5 * Math.Pow(10, -1.2 - 2 * random.NextDouble()));
        return Array.ConvertAll(varied, sample => (float)(gain * sample + noise * (random.NextDouble() - 0.5)));
    }

    /// <summary>Words behind each other with short pauses, and some silence at both ends.</summary>
    internal static float[] Join(IEnumerable<float[]> words, Random random)
    {
        List<float> joined = [];
        void Pause(double most) => joined.AddRange(Enumerable.Range(0, (int)(Prompts.Rate * most * random.NextDouble()))
            .Select(_ => (random.NextSingle() - 0.5f) * 1e-3f));
        Pause(0.15);
        foreach (var word in words)
        {
            joined.AddRange(word);
            Pause(0.12);
        }
        Pause(0.15);
        return [.. joined];
    }
}
