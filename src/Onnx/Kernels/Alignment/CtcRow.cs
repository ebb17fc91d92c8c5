using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>Loss and gradient of one row of <see cref="CtcLoss"/>: the forward-backward algorithm over the states of its target.</summary>
/// <remarks>
/// α(t, s) = p(t, s) Σ α(t - 1, r) over the states r before s, β(t, s) = Σ β(t + 1, r) p(t + 1, r) over those after it, and the share
/// of s among the paths at t is α β over the sum of all states. Vectors are states; a frame's row has free places in front and behind.
/// </remarks>
internal sealed unsafe class CtcRow<V> where V : struct, ISimd<V>
{
    // The logarithm of 0: finite, so that differences of two of them are numbers.
    private const float NoPath = -1e30f;
    private const int Margin = 2;
    private const float LogRoot3 = 0.549306144f, InverseRoot3 = 0.577350269f;

    private readonly CtcTarget _target;
    private readonly int _states, _stride, _frames;
    private readonly float* _emitted, _alpha, _penalty, _beta, _next, _shifted, _logs;
    private readonly int* _classes;

    internal CtcRow(CtcTarget target, ScratchMemory memory)
    {
        (_target, _states, _frames) = (target, target.States, target.Length);
        _stride = (_states + V.Width - 1) / V.Width * V.Width + 2 * Margin;
        float* Take(long rows) => (float*)memory.Take(checked(rows * _stride * sizeof(float)));
        _emitted = Take(_frames);
        _alpha = Take(_frames + 1L);
        _penalty = Take(1);
        _shifted = Take(1);
        _beta = Take(1);
        _next = Take(1);
        _logs = (float*)memory.Take(checked((long)(_frames + 1) * target.Sizes.Classes * sizeof(float)));
        _classes = (int*)memory.Take(_stride * sizeof(int));
        new Span<float>(_penalty, _stride).Fill(NoPath);
        for (var state = 0; state < _states; state++)
        {
            _classes[state] = target.Class(state);
            if (target.Skips(state))
                _penalty[Margin + state] = 0;
        }
    }

    /// <summary>The loss; fills the gradients [time, classes] where asked for.</summary>
    internal float Run(float* logits, float* gradients)
    {
        int classes = _target.Sizes.Classes, blank = Math.Max(_states - 2, 0);
        Emit(logits, classes);
        var offset = Forward();
        var last = _alpha + (long)_frames * _stride + Margin;
        var total = _states == 1 ? last[0] : LogSum(last[_states - 1], last[blank]);
        if (gradients != null)
            new Span<float>(gradients, _target.Sizes.Time * classes).Clear();
        if (total <= NoPath / 10)
            return float.PositiveInfinity;
        if (gradients != null)
            Backward(gradients, classes);
        return (float)-(offset + total);
    }

    // Log-probabilities of all classes, and of the states' among them.
    private void Emit(float* logits, int classes)
    {
        for (var frame = 0; frame < _frames; frame++)
        {
            float* x = logits + (long)frame * classes, logs = _logs + (long)frame * classes;
            var emitted = _emitted + (long)frame * _stride;
            LogSoftmax(x, logs, classes);
            new Span<float>(emitted, _stride).Fill(NoPath);
            for (var state = 0; state < _states; state++)
                emitted[Margin + state] = MathF.Max(logs[_classes[state]], NoPath);
        }
    }

    // α of every frame, less its largest; row 0 stands before the first frame, at the first blank. Returns the sum of what was taken off.
    private double Forward()
    {
        new Span<float>(_alpha, (_frames + 1) * _stride).Fill(NoPath);
        _alpha[Margin] = 0;
        double offset = 0;
        for (var frame = 0; frame < _frames; frame++)
        {
            float* before = _alpha + (long)frame * _stride + Margin, after = before + _stride;
            Sums(before, -1, _penalty + Margin, _emitted + (long)frame * _stride + Margin, after);
            offset += Rescale(after);
        }
        return offset;
    }

    private void Backward(float* gradients, int classes)
    {
        new Span<float>(_next, _stride).Fill(NoPath);
        new Span<float>(_beta, _stride).Fill(NoPath);
        new Span<float>(_shifted, _stride).Fill(NoPath);
        // A skip to a state is one from the second before it.
        for (var state = 0; state + 2 < _states; state++)
            _shifted[Margin + state] = _penalty[Margin + state + 2];
        _beta[Margin + _states - 1] = 0;
        if (_states > 1)
            _beta[Margin + _states - 2] = 0;
        for (var frame = _frames - 1; frame >= 0; frame--)
        {
            Shares(_alpha + (frame + 1L) * _stride + Margin, _logs + (long)frame * classes, gradients + (long)frame * classes, classes);
            var emitted = _emitted + (long)frame * _stride + Margin;
            for (var state = 0; state < _states; state += V.Width)
                (V.Load(_beta + Margin + state) + V.Load(emitted + state)).Store(_next + Margin + state);
            Blank(_next + Margin);
            Sums(_next + Margin, 1, _shifted + Margin, null, _beta + Margin);
            Rescale(_beta + Margin);
        }
    }

    // softmax less the classes' shares of the paths
    private void Shares(float* alpha, float* logs, float* gradient, int classes)
    {
        var shares = _next + Margin;
        for (var state = 0; state < _states; state += V.Width)
            (V.Load(alpha + state) + V.Load(_beta + Margin + state)).Store(shares + state);
        Blank(shares);
        Rescale(shares);
        V sum = default;
        for (var state = 0; state < _states; state += V.Width)
        {
            var share = Exponential.Of(V.Load(shares + state));
            share.Store(shares + state);
            sum += share;
        }
        var scale = 1 / sum.Sum();
        for (var number = 0; number < classes; number++)
            gradient[number] = logs[number];
        Exponentials(gradient, classes);
        for (var state = 0; state < _states; state++)
            gradient[_classes[state]] -= shares[state] * scale;
        Blank(shares, from: 0);
    }

    // log(exp a + exp b + exp c) with a the state itself, b one step to the side and c two, where a penalty allows it; with what it emits.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sums(float* from, int side, float* penalty, float* emitted, float* to)
    {
        for (var state = 0; state < _states; state += V.Width)
        {
            V a = V.Load(from + state), b = V.Load(from + state + side), c = V.Load(from + state + 2 * side) + V.Load(penalty + state);
            var most = V.Max(V.Max(a, b), c);
            var y = (Exponential.Of(a - most) + Exponential.Of(b - most) + Exponential.Of(c - most)) * V.All(InverseRoot3);
            // y from 1 / √3 to √3; log y = 2 artanh z
            V one = V.All(1), z = (y - one) / (y + one), square = z * z;
            var p = V.MultiplyAdd(square, V.All(2f / 11), V.All(2f / 9));
            p = V.MultiplyAdd(square, p, V.All(2f / 7));
            p = V.MultiplyAdd(square, p, V.All(2f / 5));
            p = V.MultiplyAdd(square, p, V.All(2f / 3));
            p = V.MultiplyAdd(square, p, V.All(2));
            var sum = V.MultiplyAdd(z, p, most + V.All(LogRoot3));
            (emitted == null ? sum : sum + V.Load(emitted + state)).Store(to + state);
        }
        Blank(to);
    }

    // Places behind the states hold no path.
    private void Blank(float* row, int? from = null) =>
        new Span<float>(row + (from ?? _states), _stride - Margin - (from ?? _states)).Fill(NoPath);

    // Takes the largest off, and returns it.
    private float Rescale(float* row)
    {
        var most = V.Load(row);
        for (var state = V.Width; state < _states; state += V.Width)
            most = V.Max(V.Load(row + state), most);
        float* ends = stackalloc float[V.Width];
        most.Store(ends);
        var largest = ends[0];
        for (var i = 1; i < V.Width; i++)
            largest = MathF.Max(largest, ends[i]);
        if (largest <= NoPath / 10)
            return 0;
        for (var state = 0; state < _states; state += V.Width)
            (V.Load(row + state) - V.All(largest)).Store(row + state);
        Blank(row);
        return largest;
    }

    private static float LogSum(float a, float b)
    {
        var most = MathF.Max(a, b);
        return most + MathF.Log(MathF.Exp(a - most) + MathF.Exp(b - most));
    }

    private static void LogSoftmax(float* x, float* y, int classes)
    {
        var most = x[0];
        for (var i = 1; i < classes; i++)
            most = MathF.Max(most, x[i]);
        for (var i = 0; i < classes; i++)
            y[i] = x[i] - most;
        new Span<float>(y, classes).CopyTo(new(y + classes, classes));
        Exponentials(y + classes, classes);
        double sum = 0;
        for (var i = 0; i < classes; i++)
            sum += y[classes + i];
        var log = (float)Math.Log(sum);
        for (var i = 0; i < classes; i++)
            y[i] -= log;
    }

    private static void Exponentials(float* x, int count)
    {
        var i = 0;
        for (; i + V.Width <= count; i += V.Width)
            Exponential.Of(V.Load(x + i)).Store(x + i);
        for (; i < count; i++)
            x[i] = MathF.Exp(x[i]);
    }
}
