namespace MLSeqGraph.Onnx;

/// <summary>All steps of a recurrent layer, and their gradient, with the widest vectors that the processor has.</summary>
internal static class RecurrentKernel
{
    /// <summary>Runs numbered tasks, possibly in parallel, and returns after the last one.</summary>
    internal delegate void Loop(int tasks, Action<int> task);

    /// <summary>States and outputs of all steps.</summary>
    internal static void Run(
        in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentMemory memory, Loop loop, int width)
    {
        if (width >= 16)
            Run<Simd512>(sizes, tensors, memory, loop);
        else if (width >= 8)
            Run<Simd256>(sizes, tensors, memory, loop);
        else
            Run<Simd128>(sizes, tensors, memory, loop);
    }

    /// <summary>All gradients, from the values that the steps kept.</summary>
    internal static void RunGradient(
        in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentMemory memory, Loop loop, int width)
    {
        if (width >= 16)
            RunGradient<Simd512>(sizes, tensors, memory, loop);
        else if (width >= 8)
            RunGradient<Simd256>(sizes, tensors, memory, loop);
        else
            RunGradient<Simd128>(sizes, tensors, memory, loop);
    }

    private static unsafe void Run<TSimd>(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentMemory memory, Loop loop)
        where TSimd : struct, ISimd<TSimd>
    {
        var forward = new RecurrentForward<TSimd>(sizes, tensors, new RecurrentOrder(sizes, tensors.Lengths), memory);
        loop(forward.Tasks, forward.Run);
    }

    private static unsafe void RunGradient<TSimd>(in RecurrentSizes sizes, in RecurrentTensors tensors, RecurrentMemory memory, Loop loop)
        where TSimd : struct, ISimd<TSimd>
    {
        var order = new RecurrentOrder(sizes, tensors.Lengths);
        var backward = new RecurrentBackward<TSimd>(sizes, tensors, order, memory);
        loop(backward.Tasks, backward.Run);
        var weights = new RecurrentWeightGradient<TSimd>(sizes, tensors, order, memory);
        var input = new RecurrentInputGradient<TSimd>(sizes, tensors, order, memory);
        var peepholes = sizes.HasPeepholes ? sizes.Directions : 0;
        var sums = memory(3L * sizes.Padded * sizes.Directions);
        var padded = sizes.Padded;
        loop(weights.Tasks + peepholes + input.Tasks, task =>
        {
            if (task < weights.Tasks)
                weights.Run(task);
            else if (task - weights.Tasks is var direction && direction < peepholes)
                input.SumPeepholes(direction, sums + 3 * padded * direction);
            else
                input.Run(task - weights.Tasks - peepholes);
        });
        loop(weights.Panels, weights.Finish);
        if (sizes.Directions == 2 && tensors.Forward.InputGradient != null)
            input.AddDirections();
    }
}
