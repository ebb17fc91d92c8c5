using System.Globalization;

namespace MLSeqGraph.Onnx;

/// <summary>How the learning rate changes over a training run: a factor that multiplies the base rate.</summary>
public abstract class LearningRateSchedule
{
    /// <summary>The factor of one step.</summary>
    /// <param name="step">Steps taken before it, from 0.</param>
    /// <param name="totalSteps">Steps of the whole run; <see cref="long.MaxValue"/> while that is not known.</param>
    public abstract float At(long step, long totalSteps);

    /// <summary>Always the base rate.</summary>
    public static LearningRateSchedule Constant { get; } = new Formula("constant", (_, _) => 1);

    /// <summary>Times <paramref name="factor"/> after every <paramref name="steps"/> steps, at once: factor^⌊step / steps⌋.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0, or the steps are not.</exception>
    public static LearningRateSchedule StepDecay(float factor, long steps)
    {
        CheckDecay(factor, steps);
        return new Formula(Text($"{factor} every {steps} steps"), (step, _) => Math.Pow(factor, step / steps));
    }

    /// <summary>Times <paramref name="factor"/> over every <paramref name="steps"/> steps, smoothly: factor^(step / steps).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not above 0, or the steps are not.</exception>
    public static LearningRateSchedule Exponential(float factor, long steps)
    {
        CheckDecay(factor, steps);
        return new Formula(Text($"{factor} over {steps} steps"), (step, _) => Math.Pow(factor, (double)step / steps));
    }

    /// <summary>
    /// Half a cosine wave from 1 at the start down to <paramref name="minimum"/> at the end (Loshchilov and Hutter 2017, without
    /// restarts).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is not from 0 to 1.</exception>
    public static LearningRateSchedule Cosine(float minimum = 0)
    {
        CheckMinimum(minimum);
        return new Formula(Text($"cosine to {minimum}"), (step, total) =>
            minimum + (1.0 - minimum) * (1 + Math.Cos(Math.PI * Progress(step, total))) / 2);
    }

    /// <summary>A straight line from 1 at the start down to <paramref name="minimum"/> at the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is not from 0 to 1.</exception>
    public static LearningRateSchedule Linear(float minimum = 0)
    {
        CheckMinimum(minimum);
        return new Formula(Text($"linear to {minimum}"), (step, total) => 1 - (1.0 - minimum) * Progress(step, total));
    }

    /// <summary>A straight line up to 1 in <paramref name="steps"/> steps, then another schedule for the remaining steps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The steps are not above 0.</exception>
    public static LearningRateSchedule WarmUp(long steps, LearningRateSchedule? then = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        then ??= Constant;
        return new Formula(Text($"warm-up of {steps} steps, then {then}"), (step, total) =>
            step < steps ? (step + 1.0) / steps : then.At(step - steps, total == long.MaxValue ? total : Math.Max(0, total - steps)));
    }

    /// <summary>
    /// A straight line up to 1 in <paramref name="warmUp"/> steps, then down with the root of the step: min(t / w, √(w / t)) with t
    /// = step + 1 (Vaswani et al. 2017, scaled so that the base rate is the highest).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The steps are not above 0.</exception>
    public static LearningRateSchedule InverseSquareRoot(long warmUp)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(warmUp);
        return new Formula(Text($"inverse square root after {warmUp} steps"), (step, _) =>
            Math.Min((step + 1.0) / warmUp, Math.Sqrt(warmUp / (step + 1.0))));
    }

    private static double Progress(long step, long total) => total <= 0 ? 1 : Math.Clamp((double)step / total, 0, 1);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void CheckDecay(float factor, long steps)
    {
        if (!(factor > 0 && float.IsFinite(factor)))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "A decay factor is above 0.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
    }

    private static void CheckMinimum(float minimum)
    {
        if (!(minimum is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(minimum), minimum, "The lowest factor is from 0 to 1.");
    }

    private sealed class Formula(string text, Func<long, long, double> factor) : LearningRateSchedule
    {
        public override float At(long step, long totalSteps) => (float)factor(step, totalSteps);

        public override string ToString() => text;
    }
}
