namespace MLSeqGraph.Onnx.Tests.Optimizers;

/// <summary>Optimizers with an inner loop, and the products with the Gauss-Newton matrix that one of them needs.</summary>
[TestClass]
public class InnerLoopTests
{
    private const int Rows = 6, Inputs = 3, Steps = 5, Hidden = 4;

    // Squared error of a linear map, whose Gauss-Newton matrix is the Hessian: 2 / n Xᵀ X.
    private static NetworkOutputs Linear(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["batch", Inputs]);
        var y = Op.MatMul(x, network.Parameter("weight", [Inputs, 1], Initializers.Normal(1)));
        var error = y - network.Input("y", ElementType.Float, ["batch", 1]);
        return new(Op.ReduceMean(error * error, keepDims: false)) { Outputs = [y] };
    }

    // Cross-entropy of a recurrent network's last state, written as a loop.
    private static NetworkOutputs Recurrent(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, [Steps, "batch", Inputs]);
        Value input = network.Parameter("input", [Inputs, Hidden], Initializers.GlorotUniform),
            recurrent = network.Parameter("recurrent", [Hidden, Hidden], Initializers.Orthogonal),
            output = network.Parameter("output", [Hidden, 3], Initializers.GlorotUniform);
        var (last, all) = Op.Scan([Op.Filled(0f, [x.Shape[1], Hidden], x)], [Op.MatMul(x, input)], (states, step) =>
        {
            var h = Op.Tanh(step[0] + Op.MatMul(states[0], recurrent));
            return ([h], [h]);
        });
        var logits = Op.MatMul(last[0], output);
        var classes = Op.OneHot(network.Input("classes", ElementType.Int64, ["batch"]), 3);
        return new(Op.ReduceMean(Op.ReduceSum(-(Op.LogSoftmax(logits) * classes), [1], keepDims: false), keepDims: false))
        {
            Outputs = [logits], Hidden = all[0],
        };
    }

    private static float[] Numbers(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Float, seed, sizes).As<float>();

    private static void Feed(TrainingSession session, bool isRecurrent)
    {
        session.Feed("x", Numbers(1, isRecurrent ? [Steps, Rows, Inputs] : [Rows, Inputs]), isRecurrent ? [Steps, Rows, Inputs]
            : [Rows, Inputs]);
        if (isRecurrent)
            session.Feed("classes", (long[])[0, 1, 2, 0, 1, 2], Rows);
        else
            session.Feed("y", Numbers(2, Rows, 1), Rows, 1);
    }

    private static float[] Product(TrainingModel model, float[] vector, float damping, Dictionary<string, TensorData> batch)
    {
        using var session = new OnnxSession(model.Curvature!);
        var inputs = model.Parameters.All.ToDictionary(parameter => parameter.Name, parameter => parameter.Value)
            .Concat(batch).ToDictionary();
        inputs[GaussNewton.Vector] = TensorData.Vector(vector);
        inputs[GaussNewton.Damping] = TensorData.Scalar(damping);
        string[] read = [.. model.Curvature!.Inputs.Select(input => input.Name)];
        return session.Run(inputs.Where(input => read.Contains(input.Key)).ToDictionary())[GaussNewton.Product].As<float>();
    }

    [TestMethod]
    public void Product_of_a_linear_map_is_that_of_its_Hessian()
    {
        var model = TrainingModel.Build(Linear, new HessianFree());
        var (x, vector) = (Numbers(1, Rows, Inputs), Numbers(5, Inputs));
        var found = Product(model, vector, 0, new()
        {
            ["x"] = TensorData.Create(x, Rows, Inputs), ["y"] = TensorData.Create(Numbers(2, Rows, 1), Rows, 1),
        });
        for (var i = 0; i < Inputs; i++)
        {
            var expected = 0.0;
            for (var row = 0; row < Rows; row++)
                for (var j = 0; j < Inputs; j++)
                    expected += 2.0 / Rows * x[row * Inputs + i] * x[row * Inputs + j] * vector[j];
            Assert.AreEqual(expected, found[i], 1e-4);
        }
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(0.5f)]
    public void Product_of_a_loop_equals_finite_differences(float damping)
    {
        var model = TrainingModel.Build(Recurrent, new HessianFree());
        var batch = new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(Numbers(1, Steps, Rows, Inputs), Steps, Rows, Inputs),
            ["classes"] = TensorData.Vector(0L, 1L, 2L, 0L, 1L, 2L),
        };
        var vector = Numbers(5, model.FlatLength);
        float[][] outputs = [Outputs(1e-2f), Outputs(-1e-2f), Outputs(0)];
        // vᵀ G v = Σ (J v)ᵀ H (J v) with H = (diag p - p pᵀ) / rows of each row, and the rows' mean of the hidden states' change.
        var expected = 0.0;
        var change = outputs[0].Zip(outputs[1], (a, b) => (a - b) / 2e-2).ToArray();
        for (var row = 0; row < Rows; row++)
        {
            double[] exponentials = [.. outputs[2].AsSpan(row * 3, 3).ToArray().Select(logit => Math.Exp(logit))];
            var p = exponentials.Select(value => value / exponentials.Sum()).ToArray();
            var mean = p.Select((share, i) => share * change[row * 3 + i]).Sum();
            expected += p.Select((share, i) => share * change[row * 3 + i] * change[row * 3 + i]).Sum() / Rows - mean * mean / Rows;
        }
        expected += damping / Rows * change.Skip(Rows * 3).Sum(value => value * value);
        var product = Product(model, vector, damping, batch);
        Assert.AreEqual(expected, ConjugateGradients.Dot(vector, product), 5e-3 * expected);
        // Symmetric and linear.
        var other = Numbers(6, model.FlatLength);
        Assert.AreEqual(ConjugateGradients.Dot(other, product), ConjugateGradients.Dot(vector, Product(model, other, damping, batch)),
            1e-4 * expected);

        float[] Outputs(float by)
        {
            var network = new NetworkBuilder(model.Parameters, NetworkMode.Evaluation);
            var written = Recurrent(network);
            network.Graph.Output("z", Op.Identity(written.Outputs[0]));
            network.Graph.Output("h", Op.Identity(written.Hidden!));
            var inputs = new Dictionary<string, TensorData>(batch);
            foreach (var (parameter, _, offset) in model.Dense)
                inputs[parameter.Name] = TensorData.Create([.. parameter.Value.As<float>().Select((value, i) =>
                    value + by * vector[offset + i])], [.. parameter.Value.Sizes]);
            DeadCode.Remove(network.Graph);
            network.Graph.RemoveUnreadInputs();
            using var session = new OnnxSession(network.Graph);
            string[] read = [.. network.Graph.Inputs.Select(input => input.Name)];
            var found = session.Run(inputs.Where(input => read.Contains(input.Key)).ToDictionary());
            return [.. found["z"].As<float>(), .. found["h"].As<float>()];
        }
    }

    [TestMethod]
    public void Both_minimize_a_quadratic_loss_in_few_steps()
    {
        foreach (var optimizer in (Optimizer[])[new HessianFree { Damping = 1e-3f }, new LimitedMemoryBfgs()])
        {
            using var session = new TrainingSession(TrainingModel.Build(Linear, optimizer));
            var losses = new List<float>();
            for (var step = 0; step < 25; step++)
            {
                Feed(session, isRecurrent: false);
                losses.Add(session.Step(1).Loss);
            }
            for (var i = 1; i < losses.Count; i++)
                Assert.IsLessThanOrEqualTo(losses[i - 1] * (1 + 1e-5f), losses[i], $"{optimizer}: step {i}");
            Assert.AreEqual(losses[^2], losses[^1], 1e-4 * losses[^1]);
            Assert.IsLessThan(losses[0], losses[^1]);
        }
    }

    [TestMethod]
    public void A_recurrent_network_learns_and_continues_from_a_saved_state()
    {
        foreach (var optimizer in (Optimizer[])[new HessianFree { Iterations = 20 }, new LimitedMemoryBfgs { Memory = 4 }])
        {
            var model = TrainingModel.Build(Recurrent, optimizer);
            using TrainingSession session = new(model, seed: 3), other = new(model, seed: 3);
            float Steps(TrainingSession at, int count)
            {
                var loss = 0f;
                for (var i = 0; i < count; i++)
                {
                    Feed(at, isRecurrent: true);
                    loss = at.Step(1).Loss;
                }
                return loss;
            }
            var first = Steps(session, 1);
            Steps(session, 4);
            other.LoadState(session.SaveState());
            var last = Steps(session, 15);
            Assert.IsLessThan(0.5f * first, last, $"{optimizer}");
            Assert.AreEqual(last, Steps(other, 15), $"{optimizer}");
        }
    }

    [TestMethod]
    public void What_has_no_plain_loss_is_an_error()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TrainingModel.Build(Linear, new HessianFree(), clipNorm: 1))
            .Message, "clipping at 1");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => TrainingModel.Build(network =>
            Linear(network) with { Outputs = [] }, new HessianFree())).Message, "names no Outputs");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => TrainingModel.Build(network =>
        {
            var y = network.Dropout(Op.MatMul(network.Input("x", ElementType.Float, ["batch", 2]),
                network.Parameter("weight", [2, 1], Initializers.Ones)), 0.5f);
            return new(Op.ReduceMean(y * y, keepDims: false));
        }, new LimitedMemoryBfgs())).Message, "dropout");
        // A loss that training alone has, as by label smoothing.
        using var session = new TrainingSession(TrainingModel.Build(network => network.Mode != NetworkMode.Training ? Linear(network)
            : Linear(network) is var of ? of with { Loss = of.Loss * 2 } : null!, new LimitedMemoryBfgs()));
        Feed(session, isRecurrent: false);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => session.Step(1)).Message, "expected the same: label smoothing");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new HessianFree { Damping = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new HessianFree { Iterations = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LimitedMemoryBfgs { Memory = 0 });
    }

    [TestMethod]
    public void Momentum_rises_as_in_the_paper()
    {
        var model = TrainingModel.Build(Linear, new Sgd { Momentum = 0.9f, Nesterov = true, MomentumRises = true });
        using var session = new TrainingSession(model);
        var expected = model.Parameters["weight"].Value.As<float>().Select(value => (double)value).ToArray();
        var velocity = new double[Inputs];
        float[] x = Numbers(1, Rows, Inputs), y = Numbers(2, Rows, 1);
        for (var step = 1; step <= 3; step++)
        {
            Feed(session, isRecurrent: false);
            session.Step(0.05f);
            for (var (i, gradients) = (0, Slope(expected)); i < Inputs; i++)
            {
                velocity[i] = 0.5 * velocity[i] + gradients[i];                                         // 1 - 1 / 2 in the first 250 steps
                expected[i] -= 0.05 * (gradients[i] + 0.5 * velocity[i]);
            }
        }
        session.SaveParameters();
        for (var i = 0; i < Inputs; i++)
            Assert.AreEqual(expected[i], model.Parameters["weight"].Value.As<float>()[i], 1e-5);

        double[] Slope(double[] weight) => [.. Enumerable.Range(0, Inputs).Select(i => Enumerable.Range(0, Rows).Sum(row =>
            2.0 / Rows * x[row * Inputs + i] * (Enumerable.Range(0, Inputs).Sum(j => x[row * Inputs + j] * weight[j]) - y[row])))];
    }

    [TestMethod]
    public void Sparse_weights_have_so_many_connections_and_the_radius()
    {
        var weights = Initializers.Sparse(15, 1.1f)([50, 50], new Random(1));
        for (var column = 0; column < 50; column++)
            Assert.AreEqual(15, Enumerable.Range(0, 50).Count(row => weights[row * 50 + column] != 0));
        var (vector, growth) = (Enumerable.Repeat(1.0, 50).ToArray(), 0.0);
        for (var round = 0; round < 600; round++)
        {
            double[] next = [.. Enumerable.Range(0, 50).Select(i => Enumerable.Range(0, 50).Sum(j => weights[i * 50 + j] * vector[j]))];
            var norm = Math.Sqrt(next.Sum(value => value * value));
            growth += round < 100 ? 0 : Math.Log(norm);
            vector = Array.ConvertAll(next, value => value / norm);
        }
        Assert.AreEqual(1.1, Math.Exp(growth / 500), 0.03);
        CollectionAssert.AreEqual((float[])[1, 0, 0, 0, 1, 0], Initializers.Identity([2, 3], new Random(1)));
    }
}
