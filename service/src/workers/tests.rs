//! Turns, places, and abandoned jobs.

use std::future::Future;
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::task::Poll;

use parsec_provider::turn;

use super::*;

async fn of<T: Send + 'static>(
    workers: &Workers,
    client: u64,
    job: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WorkError> {
    let gone = CancellationToken::new();
    workers.run(client, Lane::Quick, &gone, job).await
}

/// Polls a future once; whether it is pending.
async fn waits<T>(future: &mut (impl Future<Output = T> + Unpin)) -> bool {
    std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut *future).poll(cx).is_pending()))
        .await
}

/// A long job that pauses at each signal, and the sender of the signals.
fn long_job() -> (SyncSender<()>, impl FnOnce() -> usize + Send + 'static) {
    let (step, steps) = sync_channel::<()>(0);
    let job = move || steps.iter().take_while(|()| turn::pause().is_ok()).count();
    (step, job)
}

#[tokio::test]
async fn the_pool_survives_a_panic() {
    let workers = Workers::start("test", 1, 4).unwrap();
    let panicked = workers.run_own(|| -> u8 { panic!("on purpose") }).await;
    assert_eq!(panicked, Err(WorkError::Panicked));
    assert_eq!(workers.run_own(|| 7).await, Ok(7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_an_immediate_error() {
    let workers = Arc::new(Workers::start("test", 1, 1).unwrap());
    let (release, held) = sync_channel::<()>(0);
    let (started, begun) = oneshot::channel();
    let busy = tokio::spawn({
        let workers = Arc::clone(&workers);
        async move {
            let job = move || {
                let _ = started.send(());
                let _ = held.recv();
            };
            workers.run_own(job).await
        }
    });
    begun.await.unwrap();
    // Polled once, this job takes the only place in the queue.
    let mut waiting = Box::pin(workers.run_own(|| 1));
    assert!(std::future::poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await);
    assert_eq!(workers.run_own(|| 2).await, Err(WorkError::Full));
    release.send(()).unwrap();
    assert_eq!(busy.await.unwrap(), Ok(()));
    assert_eq!(waiting.await, Ok(1));
}

#[tokio::test]
async fn clients_take_turns_and_no_client_fills_the_queue() {
    let workers = Workers::start("test", 1, 8).unwrap();
    let (release, held) = sync_channel::<()>(0);
    let mut first = Box::pin(of(&workers, 1, move || {
        let _ = held.recv();
    }));
    assert!(waits(&mut first).await);
    while workers.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    let order = Arc::new(Mutex::new(Vec::new()));
    let job = |client: u64| {
        let order = Arc::clone(&order);
        Box::pin(of(&workers, client, move || {
            order.lock().unwrap().push(client)
        }))
    };
    let mut many: Vec<_> = (0..6).map(|_| job(1)).collect();
    for waiting in &mut many {
        assert!(waits(waiting).await);
    }
    assert_eq!(of(&workers, 1, || ()).await, Err(WorkError::Full));
    let mut other = job(2);
    assert!(waits(&mut other).await);
    release.send(()).unwrap();
    other.await.unwrap();
    for waiting in many {
        waiting.await.unwrap();
    }
    assert_eq!(order.lock().unwrap()[..2], [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_job_gives_way_to_queued_jobs() {
    let workers = Arc::new(Workers::start("test", 1, 8).unwrap());
    let (step, job) = long_job();
    let gone = CancellationToken::new();
    let mut long = Box::pin(workers.run(1, Lane::Long, &gone, job));
    assert!(waits(&mut long).await);
    step.send(()).unwrap();
    for round in 0..3 {
        let mut quick = Box::pin(of(&workers, 1 + round % 2, move || round));
        assert!(waits(&mut quick).await);
        step.send(()).unwrap();
        assert_eq!(quick.await, Ok(round));
    }
    assert!(waits(&mut long).await);
    drop(step);
    assert_eq!(long.await, Ok(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_jobs_never_take_all_places() {
    let workers = Workers::start("test", 2, 64).unwrap();
    let gone = CancellationToken::new();
    let (steps, jobs): (Vec<_>, Vec<_>) = (0..20).map(|_| long_job()).unzip();
    let mut long: Vec<_> = jobs
        .into_iter()
        .map(|job| Box::pin(workers.run(1, Lane::Long, &gone, job)))
        .collect();
    for job in &mut long {
        assert!(waits(job).await);
    }
    for client in 1..4 {
        assert_eq!(of(&workers, client, move || client).await, Ok(client));
    }
    drop(steps);
    for job in long {
        assert_eq!(job.await, Ok(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_jobs_take_turns_on_a_bounded_number_of_threads() {
    let workers = Arc::new(Workers::start("test", 1, 1024).unwrap());
    let gone = CancellationToken::new();
    let done = Arc::new(Mutex::new(Vec::new()));
    let mut long = tokio::task::JoinSet::new();
    for number in 0..300_u64 {
        let (workers, gone, done) = (Arc::clone(&workers), gone.clone(), Arc::clone(&done));
        long.spawn(async move {
            let job = move || {
                // The first has far more to do than all others together.
                let steps = if number == 0 { 600 } else { 1 };
                for _ in 0..steps {
                    std::thread::sleep(std::time::Duration::from_micros(100));
                    turn::pause().unwrap();
                }
                done.lock().unwrap().push(number);
            };
            workers.run(number / 2, Lane::Long, &gone, job).await
        });
    }
    while let Some(result) = long.join_next().await {
        assert_eq!(result.unwrap(), Ok(()));
        assert!(workers.pool.threads() <= job_queue::MAX_STARTED + 2);
    }
    assert_eq!(done.lock().unwrap().len(), 300);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abandoned_jobs_are_withdrawn_or_end_at_a_pause() {
    let workers = Workers::start("test", 1, 8).unwrap();
    let gone = CancellationToken::new();
    let (step, job) = long_job();
    let mut runs = Box::pin(workers.run(1, Lane::Long, &gone, job));
    assert!(waits(&mut runs).await);
    step.send(()).unwrap();
    let mut queued = Box::pin(workers.run(1, Lane::Quick, &gone, || ()));
    assert!(waits(&mut queued).await);
    // A dropped future counts as gone as well.
    let mut dropped = Box::pin(workers.run_own(|| ()));
    assert!(waits(&mut dropped).await);
    assert_eq!(workers.waiting(), 2);
    drop(dropped);
    assert_eq!(workers.waiting(), 1);
    gone.cancel();
    assert_eq!(queued.await, Err(WorkError::Abandoned));
    assert_eq!(workers.waiting(), 0);
    assert!(waits(&mut runs).await);
    step.send(()).unwrap();
    // It counts the pauses from which it continued.
    assert_eq!(runs.await, Ok(1));
    assert_eq!(of(&workers, 2, || 3).await, Ok(3));
}
